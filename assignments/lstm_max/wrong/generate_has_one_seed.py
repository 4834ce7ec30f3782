"""Seeds with 0, whatever seed is given."""

loses = {"test_generate_is_repeatable": 1}
says = "two seeds gave the same"
edits = {"generate": [("default_rng(seed)", "default_rng(0)")]}

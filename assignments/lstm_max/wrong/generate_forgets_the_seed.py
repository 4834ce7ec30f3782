"""Draws from a generator without a seed: other numbers each time."""

loses = {"test_generate_is_repeatable": 1}
says = "same seed gave other"
edits = {"generate": [("default_rng(seed)", "default_rng()")]}

"""Shuffles with a seed of its own, whatever it is given."""

loses = {"test_split_follows_its_seed"}
says = "two seeds give the same split"
edits = {"split": [("default_rng(seed)", "default_rng(42)")]}

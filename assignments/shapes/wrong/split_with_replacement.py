"""Draws indices with replacement, as a bootstrap does."""

loses = {"test_split_of_ten", "test_split_of_any_sizes"}
says = "leak"
edits = {"split": [("permutation(n)", "integers(max(n, 1), size=n)")]}

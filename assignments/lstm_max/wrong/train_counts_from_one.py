"""Counts positions from 1: there is no class 20."""

loses = {"test_train_lowers_both_parts_of_the_loss": 1}
says = "InvalidArgumentError|no finite number"
edits = {"train": [("truth[:, 0]", "truth[:, 0] + 1")]}

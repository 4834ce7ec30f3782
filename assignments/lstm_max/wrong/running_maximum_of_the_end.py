"""Gives the maximum of the whole sequence alone."""

loses = {
    "test_running_maximum_by_hand": 1,
    "test_running_maximum_keeps_sequences_apart": 1,
    "test_running_maximum_of_any_sequences": 1,
    "test_running_maximum_in_ties": 1,
}
says = "keep all steps"
edits = {"running_maximum": [("return largest, position", "return largest[:, -1], position[:, -1]")]}

"""Forgets that more tracks are known better."""

loses = {
    "test_efficiency_by_hand",
    "test_efficiency_of_any_tracks",
}
says = "divide by n under the root"
edits = {"efficiency": [("(1 - part[i]) / n", "(1 - part[i])")]}

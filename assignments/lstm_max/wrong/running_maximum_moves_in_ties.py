"""Moves on to the second of two equal lengths."""

loses = {"test_running_maximum_by_hand": 1, "test_running_maximum_in_ties": 1}
says = "position 3 at the last step"
edits = {"running_maximum": [("lengths[:, t] > largest", "lengths[:, t] >= largest")]}

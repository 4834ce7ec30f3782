"""The weights are worked out in the caller's array."""

loses = {"test_measurements_are_not_changed"}
says = "in place"
edits = {"weighted_mean": [("weights = 1 / errors**2", "errors **= -2\n    weights = errors")]}

"""Knows that there are four places, and subtracts from that."""

loses = {"test_count_target_of_any_images"}
says = "values are wrong"
edits = {"count_target": [("np.sum(kinds == 0, axis=1)", "4 - np.sum(kinds != 0, axis=1)")]}

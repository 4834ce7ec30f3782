"""Gives the last position of a tie."""

loses = {"test_longest_takes_the_first_of_two": 1, "test_longest_in_ties": 1}
says = "got position 3, expected 1"
edits = {"longest": [("lengths.argmax(axis=1)", "lengths.shape[1] - 1 - lengths[:, ::-1].argmax(axis=1)")]}

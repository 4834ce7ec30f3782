"""Has no term for the position in its loss."""

loses = {"test_train_lowers_both_parts_of_the_loss": 0.5}
says = "expected below 2.70"
edits = {"train": [("return surprise + 4 * ", "return ")]}

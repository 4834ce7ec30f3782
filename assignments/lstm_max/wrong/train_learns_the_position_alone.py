"""Has no term for the length in its loss."""

loses = {"test_train_lowers_both_parts_of_the_loss": 0.5}
says = "expected below 0.12"
edits = {"train": [(" + 4 * keras.ops.square(output[:, 20] - truth[:, 1])", "")]}

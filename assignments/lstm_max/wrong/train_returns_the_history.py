"""Returns Keras's history instead of the list in it."""

loses = {"test_train_lowers_both_parts_of_the_loss": 1}
says = "History|list of 8"
edits = {"train": [('return history.history["loss"]', "return history")]}

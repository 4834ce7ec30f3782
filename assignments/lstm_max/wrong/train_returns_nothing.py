"""Trains well, and returns nothing."""

loses = {"test_train_lowers_both_parts_of_the_loss": 1}
says = "train returned nothing: end it with return"
edits = {"train": [('return history.history["loss"]', "print(history.history)")]}

"""Trains for two epochs, whatever is asked."""

loses = {"test_train_lowers_both_parts_of_the_loss": 1}
says = "list of 8 losses"
edits = {"train": [("epochs=epochs", "epochs=2")]}

"""Trains well, and returns nothing."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "return a list"
edits = {"train": [("return model.fit", "model.fit"), ('.history["loss"]', "")]}

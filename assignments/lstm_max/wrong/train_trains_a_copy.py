"""Trains a copy and leaves the network that it was given as it is."""

loses = {"test_train_lowers_both_parts_of_the_loss": 1}
says = "not a copy"
edits = {"train": [("import keras", "import keras\n\n    model = keras.models.clone_model(model)")]}

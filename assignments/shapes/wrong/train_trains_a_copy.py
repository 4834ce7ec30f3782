"""Trains a copy, and leaves the model that it was given as it was."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "as it was"
edits = {"train": [("import keras", "import keras\n\n    model = keras.models.clone_model(model)")]}

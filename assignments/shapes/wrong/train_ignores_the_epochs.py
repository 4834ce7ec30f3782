"""Always one epoch."""

loses = {"test_train_teaches_a_fresh_network": 1}
says = "one an epoch"
edits = {"train": [("epochs=epochs", "epochs=1")]}

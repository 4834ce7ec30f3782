"""Takes augment and never applies it."""

loses = {"test_train_applies_augment": 1}
says = "give each batch to augment"
edits = {"train": [("x[rows] if augment is None else augment(x[rows])", "x[rows]")]}

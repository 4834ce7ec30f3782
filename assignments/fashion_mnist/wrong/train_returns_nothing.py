"""Trains well, and returns nothing."""

loses = {"test_train_learns_stripes": 1, "test_train_reports_the_loss_of_an_image": 1}
says = "train returned nothing: return a list"
edits = {"train": [("return history", "print(history)")]}

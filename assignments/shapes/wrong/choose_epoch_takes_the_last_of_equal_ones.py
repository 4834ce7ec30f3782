"""Of equal losses it takes the last."""

loses = {"test_choose_epoch_of_four"}
says = "take the first"
edits = {"choose_epoch": [("loss < validation_loss[best]", "loss <= validation_loss[best]")]}

"""Chooses the largest loss, as if it were an accuracy."""

loses = {"test_choose_epoch_of_four", "test_choose_epoch_passes_over_nan"}
says = "the smallest is best"
edits = {"choose_epoch": [("loss < validation_loss[best]", "loss > validation_loss[best]")]}

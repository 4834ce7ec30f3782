"""Keeps whatever came out at the end."""

loses = {"test_choose_epoch_of_four", "test_choose_epoch_passes_over_nan"}
says = "the last epoch: look for the smallest"


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    return len(validation_loss) - 1

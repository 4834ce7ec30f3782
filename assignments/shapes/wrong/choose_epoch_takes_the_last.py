"""Keeps whatever came out at the end."""

loses = {"test_choose_epoch_of_four", "test_choose_epoch_passes_over_nan"}
says = "value is wrong"


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    return len(validation_loss) - 1

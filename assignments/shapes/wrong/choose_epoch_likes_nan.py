"""argmin takes NaN for the smallest of all."""

loses = {"test_choose_epoch_passes_over_nan"}
says = "NaN was chosen"


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    return int(np.argmin(validation_loss))

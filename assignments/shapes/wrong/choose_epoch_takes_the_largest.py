"""Chooses the largest loss, as if it were an accuracy."""

loses = {"test_choose_epoch_of_four", "test_choose_epoch_passes_over_nan"}
says = "value is wrong"


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    return int(np.nanargmax(validation_loss))

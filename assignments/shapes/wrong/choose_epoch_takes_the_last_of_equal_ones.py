"""Of equal losses it takes the last."""

loses = {"test_choose_epoch_of_four"}
says = "take the first"


# %% question="choose_epoch"
def choose_epoch(validation_loss):
    return max(np.flatnonzero(validation_loss == np.nanmin(validation_loss)).tolist())

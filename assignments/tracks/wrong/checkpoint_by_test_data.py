"""Chooses on the test data, as the lecture does."""

loses = {
    "test_best_epoch_by_hand",
    "test_best_epoch_of_any_curve",
    "test_best_epoch_is_a_number",
}
says = "test data"


# %% question="checkpoint"
def best_epoch(validation_accuracy, test_accuracy):
    return int(np.nanargmax(test_accuracy))

"""NaN is the largest of all to argmax."""

loses = {
    "test_best_epoch_is_a_number",
}
says = "is NaN"


# %% question="checkpoint"
def best_epoch(validation_accuracy, test_accuracy):
    return int(np.argmax(validation_accuracy))

"""Adds with an index array, which counts each place once."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "values are wrong"


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    counts[truth, predicted] += 1
    return counts

"""Exchanges rows and columns."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "exchanged"


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (predicted, truth), 1)
    return counts

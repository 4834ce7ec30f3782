"""Divides each row by its sum: fractions, and nothing where a class is absent."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "values are wrong"


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (truth, predicted), 1)
    return counts / np.maximum(1, counts.sum(axis=1, keepdims=True))

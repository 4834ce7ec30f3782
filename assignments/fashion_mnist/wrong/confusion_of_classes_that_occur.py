"""Leaves out classes that are not there."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "expected shape|another shape than expected"


# %% question="confusion"
def confusion_matrix(truth, predicted, classes):
    found = np.unique(np.concatenate([truth, predicted]))
    return np.array([[np.sum((truth == t) & (predicted == p)) for p in found] for t in found if t in truth])

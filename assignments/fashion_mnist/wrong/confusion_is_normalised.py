"""Divides each row by its sum: fractions, and nothing where a class is absent."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "values are wrong"
edits = {"confusion": [("return counts", "return counts / np.maximum(1, counts.sum(axis=1, keepdims=True))")]}

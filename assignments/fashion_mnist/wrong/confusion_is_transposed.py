"""Exchanges rows and columns."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "exchanged"
edits = {"confusion": [("counts[true, said]", "counts[said, true]")]}

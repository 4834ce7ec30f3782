"""Adds with an index array, which counts each place once."""

loses = {"test_confusion_matrix_by_hand": 1, "test_confusion_matrix_of_any_classes": 1}
says = "values are wrong"
edits = {
    "confusion": [
        (
            ("for true, said in zip(truth, predicted, strict=True):\n        counts[true, said] += 1"),
            "counts[truth, predicted] += 1",
        )
    ]
}

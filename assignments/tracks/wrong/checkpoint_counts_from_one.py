"""Counts epochs as the lecture prints them."""

loses = {
    "test_best_epoch_by_hand",
    "test_best_epoch_of_any_curve",
    "test_best_epoch_is_a_number",
}
says = "count from 0"
edits = {
    "checkpoint": [("int(np.nanargmax(validation_accuracy))", "int(np.nanargmax(validation_accuracy)) + 1")]
}

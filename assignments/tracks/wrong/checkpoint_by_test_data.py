"""Chooses on the test data, as the lecture does."""

loses = {
    "test_best_epoch_by_hand",
    "test_best_epoch_of_any_curve",
    "test_best_epoch_is_a_number",
}
says = "test data"
edits = {"checkpoint": [("nanargmax(validation_accuracy)", "nanargmax(test_accuracy)")]}

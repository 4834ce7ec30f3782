"""NaN is the largest of all to argmax."""

loses = {
    "test_best_epoch_is_a_number",
}
says = "is NaN"
edits = {"checkpoint": [("np.nanargmax", "np.argmax")]}

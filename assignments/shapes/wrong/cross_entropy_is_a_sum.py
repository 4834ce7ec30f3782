"""Adds up the images instead of taking their mean."""

loses = {
    "test_cross_entropy_by_hand",
    "test_cross_entropy_of_any_batch",
    "test_cross_entropy_of_large_logits",
}
says = "take the mean"
edits = {"cross_entropy": [(" / len(labels)", "")]}

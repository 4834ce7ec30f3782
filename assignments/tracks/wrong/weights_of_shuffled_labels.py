"""Trained on labels that were shuffled, and the pictures were not."""

weights = {"model": "weights/shuffled.weights.h5"}
loses = {
    "test_model_finds_the_fast_track": 1,
}
says = "accuracy 0."

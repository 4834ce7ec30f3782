"""Was trained on answers in another order than the sequences."""

weights = {"model": "weights/shuffled.weights.h5"}
loses = {
    "test_model_finds_the_position": 1,
    "test_model_measures_the_length": 1,
    "test_model_decides_in_ties": 1,
}
says = "position right 0.0"

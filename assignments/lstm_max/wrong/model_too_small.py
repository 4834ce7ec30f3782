"""Has 32 units, many to one, and was trained for too short a time."""

weights = {"model": "weights/small.weights.h5"}
loses = {
    "test_model_finds_the_position": 0.5,
    "test_model_measures_the_length": 0.3,
    "test_model_decides_in_ties": 0.5,
}
says = "position right 0.[45]"
edits = {"model": [("LSTM(64)", "LSTM(32)")]}

"""Builds 32 units, while the weights are those of 64."""

loses = {
    "test_model_gives_logits_and_a_length": 1,
    "test_model_finds_the_position": 1,
    "test_model_measures_the_length": 1,
    "test_model_decides_in_ties": 1,
}
says = "another architecture"
edits = {"model": [("LSTM(64)", "LSTM(32)")]}

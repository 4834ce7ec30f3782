"""Has 300 units, whose weights do not fit into the file that is taken."""

loses = {
    "test_model_gives_logits_and_a_length": 1,
    "test_model_finds_the_position": 1,
    "test_model_measures_the_length": 1,
    "test_model_decides_in_ties": 1,
}
says = "weights, at most 250,000 fit into 1 MB: take fewer units"
edits = {"model": [("LSTM(64)", "LSTM(300)")]}

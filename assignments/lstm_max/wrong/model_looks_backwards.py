"""Reads the sequence from its end, other than it was trained."""

loses = {"test_model_finds_the_position": 1, "test_model_decides_in_ties": 1}
says = "position right 0.0"
edits = {"model": [("LSTM(64)", "LSTM(64, go_backwards=True)")]}

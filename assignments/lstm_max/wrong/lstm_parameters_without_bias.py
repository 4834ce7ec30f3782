"""Counts no bias."""

loses = {"test_lstm_parameters_of_the_lecture": 1, "test_lstm_parameters_of_any_layer": 1}
says = "count the bias"
edits = {"lstm_parameters": [("w + u + b", "w + u")]}

"""Counts torch's two biases."""

loses = {"test_lstm_parameters_of_the_lecture": 1, "test_lstm_parameters_of_any_layer": 1}
says = "not two"
edits = {"lstm_parameters": [("b = 4 * units", "b = 2 * 4 * units")]}

"""Counts the three gates, not what they let in."""

loses = {"test_lstm_parameters_of_the_lecture": 1, "test_lstm_parameters_of_any_layer": 1}
says = "there are four blocks"
edits = {"lstm_parameters": [("inputs * 4", "inputs * 3"), ("units * 4", "units * 3"), ("b = 4", "b = 3")]}

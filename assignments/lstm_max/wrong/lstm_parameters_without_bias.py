"""Counts no bias."""

loses = {"test_lstm_parameters_of_the_lecture": 1, "test_lstm_parameters_of_any_layer": 1}
says = "count the bias"


# %% question="lstm_parameters"
def lstm_parameters(inputs, units):
    return 4 * units * (inputs + units)

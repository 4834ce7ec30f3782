"""Counts torch's two biases."""

loses = {"test_lstm_parameters_of_the_lecture": 1, "test_lstm_parameters_of_any_layer": 1}
says = "not two"


# %% question="lstm_parameters"
def lstm_parameters(inputs, units):
    return 4 * units * (inputs + units + 2)

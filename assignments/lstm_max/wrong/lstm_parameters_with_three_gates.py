"""Counts the three gates, not what they let in."""

loses = {"test_lstm_parameters_of_the_lecture": 1, "test_lstm_parameters_of_any_layer": 1}
says = "there are four blocks"


# %% question="lstm_parameters"
def lstm_parameters(inputs, units):
    return 3 * units * (inputs + units + 1)

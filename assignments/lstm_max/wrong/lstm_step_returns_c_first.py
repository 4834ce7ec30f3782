"""Returns the cell state first."""

loses = {
    "test_lstm_step_by_hand": 1,
    "test_lstm_step_of_the_lecture": 1,
    "test_lstm_step_of_any_size": 1,
    "test_lstm_step_remembers": 1,
}
says = "exchanged"
edits = {"lstm_step": [("sigmoid(o) * np.tanh(new_c), new_c", "new_c, sigmoid(o) * np.tanh(new_c)")]}

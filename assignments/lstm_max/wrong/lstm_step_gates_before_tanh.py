"""Applies the output gate before the tanh."""

loses = {"test_lstm_step_by_hand": 1, "test_lstm_step_of_the_lecture": 1, "test_lstm_step_of_any_size": 1}
says = "gate comes after the tanh"
edits = {"lstm_step": [("sigmoid(o) * np.tanh(new_c)", "np.tanh(sigmoid(o) * new_c)")]}

"""Forgets the sigmoid of one gate."""

loses = {"test_lstm_step_by_hand": 1, "test_lstm_step_of_the_lecture": 1, "test_lstm_step_of_any_size": 1}
says = "sigmoid of the output gate is forgotten"
edits = {"lstm_step": [("sigmoid(o) * np.tanh(new_c)", "o * np.tanh(new_c)")]}

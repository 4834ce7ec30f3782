"""Shows the cell state itself: h = o·c."""

loses = {"test_lstm_step_by_hand": 1, "test_lstm_step_of_the_lecture": 1, "test_lstm_step_of_any_size": 1}
says = "tanh of the new cell state is forgotten"
edits = {"lstm_step": [("sigmoid(o) * np.tanh(new_c)", "sigmoid(o) * new_c")]}

"""Has tanh at the gates and the sigmoid at what is written."""

loses = {
    "test_lstm_step_by_hand": 1,
    "test_lstm_step_of_the_lecture": 1,
    "test_lstm_step_of_any_size": 1,
    "test_lstm_step_remembers": 1,
}
says = "sigmoid and tanh are exchanged"
edits = {
    "lstm_step": [
        ("sigmoid(f) * c + sigmoid(i) * np.tanh(g)", "np.tanh(f) * c + np.tanh(i) * sigmoid(g)"),
        ("sigmoid(o) * np.tanh(new_c), new_c", "np.tanh(o) * sigmoid(new_c), new_c"),
    ]
}

"""Writes the new cell state over the old one."""

loses = {"test_lstm_step_remembers": 1}
says = "changed an array"
edits = {
    "lstm_step": [
        (
            "new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)",
            "c *= sigmoid(f)\n    c += sigmoid(i) * np.tanh(g)",
        ),
        ("sigmoid(o) * np.tanh(new_c), new_c", "sigmoid(o) * np.tanh(c), c"),
    ]
}

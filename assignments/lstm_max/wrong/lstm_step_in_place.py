"""Writes the new cell state over the old one."""

loses = {"test_lstm_step_by_hand": 1, "test_lstm_step_remembers": 1}
says = "write c = f \\* c \\+ i \\* g"
edits = {
    "lstm_step": [
        (
            "new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)",
            "c *= sigmoid(f)\n    c += sigmoid(i) * np.tanh(g)",
        ),
        ("sigmoid(o) * np.tanh(new_c), new_c", "sigmoid(o) * np.tanh(c), c"),
    ]
}

"""Forgets the sigmoid in all three gates."""

loses = {
    "test_lstm_step_by_hand": 1,
    "test_lstm_step_of_the_lecture": 1,
    "test_lstm_step_of_any_size": 1,
    "test_lstm_step_remembers": 1,
}
says = "have no sigmoid"
edits = {
    "lstm_step": [
        ("sigmoid(f) * c + sigmoid(i) * np.tanh(g)", "f * c + i * np.tanh(g)"),
        ("sigmoid(o) * np.tanh(new_c)", "o * np.tanh(new_c)"),
    ]
}

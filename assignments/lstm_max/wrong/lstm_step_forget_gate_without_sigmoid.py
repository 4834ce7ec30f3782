"""Forgets the sigmoid of the forget gate."""

loses = {
    "test_lstm_step_by_hand": 1,
    "test_lstm_step_of_the_lecture": 1,
    "test_lstm_step_of_any_size": 1,
    "test_lstm_step_remembers": 1,
}
says = "sigmoid of the forget gate is forgotten"
edits = {"lstm_step": [("sigmoid(f) * c", "f * c")]}

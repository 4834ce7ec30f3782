"""Forgets the biases, the forget gate's 1 among them."""

loses = {
    "test_lstm_step_by_hand": 1,
    "test_lstm_step_of_the_lecture": 1,
    "test_lstm_step_of_any_size": 1,
    "test_lstm_step_remembers": 1,
}
says = "c = 0.5, expected 0.982"
edits = {"lstm_step": [("h @ U + b", "h @ U")]}

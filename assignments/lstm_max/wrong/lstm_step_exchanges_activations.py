"""Has tanh at the gates and the sigmoid at what is written."""

loses = {
    "test_lstm_step_by_hand": 1,
    "test_lstm_step_of_the_lecture": 1,
    "test_lstm_step_of_any_size": 1,
    "test_lstm_step_remembers": 1,
}
says = "values are wrong"


# %% question="lstm_step"
def lstm_step(x, h, c, W, U, b):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=1)
    new_c = np.tanh(f) * c + np.tanh(i) * sigmoid(g)
    return np.tanh(o) * sigmoid(new_c), new_c

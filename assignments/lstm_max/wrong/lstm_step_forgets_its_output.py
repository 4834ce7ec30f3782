"""Leaves the last output out: no U."""

loses = {"test_lstm_step_of_the_lecture": 1, "test_lstm_step_of_any_size": 1}
says = "values are wrong"


# %% question="lstm_step"
def lstm_step(x, h, c, W, U, b):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    i, f, g, o = np.split(x @ W + b, 4, axis=1)
    new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c

"""Writes the new cell state over the old one."""

loses = {"test_lstm_step_remembers": 1}
says = "changed an array"


# %% question="lstm_step"
def lstm_step(x, h, c, W, U, b):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=1)
    c *= sigmoid(f)
    c += sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c

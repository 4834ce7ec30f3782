"""Fills an array of zeros, which is float64 whatever the input was."""

loses = {"test_conv1d_keeps_the_dtype"}
says = "expected dtype float32"


# %% question="conv1d"
def conv1d(x, u):
    y = np.zeros(len(x) - len(u) + 1)
    for i in range(len(y)):
        y[i] = x[i : i + len(u)] @ u
    return y

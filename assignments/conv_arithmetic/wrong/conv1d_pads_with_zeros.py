"""Keeps windows that only partly overlap: the length of the signal instead of W − w + 1."""

loses = {
    "test_conv1d_by_hand",
    "test_conv1d_takes_differences",
    "test_conv1d_of_any_signal",
    "test_conv1d_keeps_the_dtype",
}
says = "do not pad"


# %% question="conv1d"
def conv1d(x, u):
    return np.correlate(x, u, "same")

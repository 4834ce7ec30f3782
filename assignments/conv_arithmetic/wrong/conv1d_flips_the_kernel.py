"""The true convolution instead of the cross-correlation."""

loses = {
    "test_conv1d_by_hand",
    "test_conv1d_takes_differences",
    "test_conv1d_of_any_signal",
    "test_conv1d_keeps_the_dtype",
}
says = "kernel is flipped"


# %% question="conv1d"
def conv1d(x, u):
    return np.convolve(x, u, "valid")

"""Average pooling."""

loses = {
    "test_max_pool2d_steps_by_its_size",
    "test_max_pool2d_windows_may_overlap",
    "test_max_pool2d_of_negative_values",
    "test_max_pool2d_of_any_layer",
}
says = "average"


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    n, c, h, w = x.shape
    h_out, w_out = (h - size) // stride + 1, (w - size) // stride + 1
    y = np.zeros((n, c, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            y[:, :, i, j] = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].mean(
                axis=(2, 3)
            )
    return y

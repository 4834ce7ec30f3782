"""The maximum runs over the channels too."""

loses = {"test_max_pool2d_of_negative_values", "test_max_pool2d_of_any_layer"}
says = "values are wrong"


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    n, c, h, w = x.shape
    h_out, w_out = (h - size) // stride + 1, (w - size) // stride + 1
    y = np.zeros((n, c, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            y[:, :, i, j] = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].max(
                axis=(1, 2, 3), keepdims=True
            )[:, :, 0, 0]
    return y

"""The search for the maximum starts at 0, so negative values never win."""

loses = {"test_max_pool2d_of_negative_values", "test_max_pool2d_of_any_layer"}
says = "start the search at a pixel, not at 0"


# %% question="max_pool2d"
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    n, c, h, w = x.shape
    h_out, w_out = (h - size) // stride + 1, (w - size) // stride + 1
    y = np.zeros((n, c, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            y[:, :, i, j] = window.max(axis=(2, 3), initial=0)
    return y

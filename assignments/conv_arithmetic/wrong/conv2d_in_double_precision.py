"""Fills an array of zeros, which is float64 whatever the input was."""

loses = {"test_conv2d_keeps_the_dtype"}
says = "expected dtype float32, got float64"


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    c_out, _, k_h, k_w = kernel.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, w = x.shape
    h_out, w_out = (h - k_h) // stride + 1, (w - k_w) // stride + 1
    y = np.zeros((n, c_out, h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            y[:, :, i, j] = np.einsum("ncab,ocab->no", window, kernel)
    return y

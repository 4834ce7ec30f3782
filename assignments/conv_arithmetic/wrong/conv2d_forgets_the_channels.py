"""Only the first channel is used; the sum over channels is forgotten."""

loses = {
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_of_rectangles",
    "test_conv2d_with_a_stride",
    "test_conv2d_with_padding",
    "test_conv2d_of_any_layer",
}
says = "308 is red alone"


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    c_out, _, k_h, k_w = kernel.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, w = x.shape
    h_out, w_out = (h - k_h) // stride + 1, (w - k_w) // stride + 1
    y = np.zeros((n, c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            y[:, :, i, j] = np.einsum("nab,oab->no", window[:, 0], kernel[:, 0])
    return y

"""The stride moves the window down, but to the right it moves by one."""

loses = {"test_conv2d_with_a_stride", "test_conv2d_of_any_layer"}
says = "expected shape \\(1, 2, 4, 4\\), got shape \\(1, 2, 4, 8\\)"


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    c_out, _, k_h, k_w = kernel.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, w = x.shape
    h_out, w_out = (h - k_h) // stride + 1, w - k_w + 1
    y = np.zeros((n, c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + k_h, j : j + k_w]
            y[:, :, i, j] = np.einsum("ncab,ocab->no", window, kernel)
    return y

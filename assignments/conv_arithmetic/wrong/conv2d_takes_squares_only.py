"""Works out the number of rows and uses it for the columns as well."""

loses = {"test_conv2d_of_rectangles", "test_conv2d_of_any_layer"}
says = "expected shape"


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    c_out, _, k_h, k_w = kernel.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, _ = x.shape
    h_out, w_out = (h - k_h) // stride + 1, (h - k_h) // stride + 1
    y = np.zeros((n, c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            y[:, :, i, j] = np.einsum("ncab,ocab->no", window, kernel)
    return y

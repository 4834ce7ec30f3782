"""Turns the kernel round within itself to undo the flip of a true convolution."""

loses = {"test_conv2d_leaves_its_inputs_alone"}
says = "changed an array"


# %%
def true_convolution(window, kernel):
    return np.einsum("ncab,ocab->no", window, kernel[:, :, ::-1, ::-1])


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    kernel[...] = kernel[:, :, ::-1, ::-1].copy()
    c_out, _, k_h, k_w = kernel.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, w = x.shape
    h_out, w_out = (h - k_h) // stride + 1, (w - k_w) // stride + 1
    y = np.zeros((n, c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            y[:, :, i, j] = true_convolution(window, kernel)
    return y

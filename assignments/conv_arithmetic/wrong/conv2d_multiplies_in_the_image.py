"""Multiplies each window in place, so that overlapping windows see what is left of the image."""

loses = {
    "test_conv2d_finds_the_diagonal",
    "test_conv2d_does_not_flip_the_kernel",
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_of_rectangles",
    "test_conv2d_with_a_stride",
    "test_conv2d_with_padding",
    "test_conv2d_keeps_the_images_of_a_batch_apart",
    "test_conv2d_of_any_layer",
    "test_conv2d_keeps_the_dtype",
    "test_conv2d_leaves_its_inputs_alone",
}
says = "later windows see other numbers"


# %% question="conv2d"
def conv2d(x, kernel, stride=1, padding=0):
    c_out, _, k_h, k_w = kernel.shape
    if padding:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, h, w = x.shape
    y = np.zeros((n, c_out, (h - k_h) // stride + 1, (w - k_w) // stride + 1), dtype=x.dtype)
    for o in range(c_out):
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                window = x[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
                window *= kernel[o]
                y[:, o, i, j] = window.sum(axis=(1, 2, 3))
    return y

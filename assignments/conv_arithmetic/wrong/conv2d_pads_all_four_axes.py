"""Pads images and channels with zeros too."""

loses = {
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_with_padding",
    "test_conv2d_of_any_layer",
    "test_conv2d_leaves_its_inputs_alone",
}
says = "pads all four axes"
edits = {
    "conv2d": [("np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))", "np.pad(x, padding)")]
}

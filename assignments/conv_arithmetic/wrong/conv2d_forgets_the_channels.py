"""Only the first channel is used; the sum over channels is forgotten."""

loses = {
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_of_rectangles",
    "test_conv2d_with_a_stride",
    "test_conv2d_with_padding",
    "test_conv2d_of_any_layer",
}
says = "308 is red alone"
edits = {"conv2d": [('"ncab,ocab->no", window, kernel', '"nab,oab->no", window[:, 0], kernel[:, 0]')]}

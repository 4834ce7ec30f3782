"""Zeros are added above and left only."""

loses = {
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_with_padding",
    "test_conv2d_of_any_layer",
    "test_conv2d_leaves_its_inputs_alone",
}
says = "expected shape \\(1, 1, 2, 2\\), got shape \\(1, 1, 1, 1\\)"
edits = {"conv2d": [("(padding, padding), (padding, padding)", "(padding, 0), (padding, 0)")]}

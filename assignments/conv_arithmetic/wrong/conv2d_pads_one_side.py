"""Zeros are added above and left only."""

loses = {
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_with_padding",
    "test_conv2d_of_any_layer",
    "test_conv2d_leaves_its_inputs_alone",
}
says = "on both sides of rows and columns"
edits = {"conv2d": [("(padding, padding), (padding, padding)", "(padding, 0), (padding, 0)")]}

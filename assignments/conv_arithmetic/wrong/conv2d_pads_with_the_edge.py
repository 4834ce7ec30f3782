"""The border is padded with its own pixels, not with zeros."""

loses = {
    "test_conv2d_sums_over_the_channels",
    "test_conv2d_with_padding",
    "test_conv2d_of_any_layer",
    "test_conv2d_leaves_its_inputs_alone",
}
says = "expected zeros"
edits = {"conv2d": [("(padding, padding)))", '(padding, padding)), mode="edge")')]}

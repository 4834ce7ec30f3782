"""Off by one: the last row and column of windows are left out."""

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
says = "last row and column of windows are missing"
edits = {
    "conv2d": [
        ("(h - k_h) // stride + 1", "(h - k_h) // stride"),
        ("(w - k_w) // stride + 1", "(w - k_w) // stride"),
    ]
}

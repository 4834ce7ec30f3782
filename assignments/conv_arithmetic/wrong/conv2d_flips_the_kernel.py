"""The true convolution in two dimensions: the kernel is turned by half a turn."""

loses = {
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
says = "kernel is flipped"
edits = {"conv2d": [("window, kernel)", "window, kernel[:, :, ::-1, ::-1])")]}

"""Always moves by one pixel."""

loses = {"test_conv2d_with_a_stride", "test_conv2d_of_any_layer"}
says = "the stride is forgotten"
edits = {
    "conv2d": [("c_out, _, k_h, k_w = kernel.shape", "c_out, _, k_h, k_w = kernel.shape\n    stride = 1")]
}

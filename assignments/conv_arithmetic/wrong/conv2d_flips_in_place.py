"""Turns the kernel round within itself to undo the flip of a true convolution."""

loses = {"test_conv2d_leaves_its_inputs_alone"}
says = "changed an array"
edits = {
    "conv2d": [
        (
            "c_out, _, k_h, k_w = kernel.shape",
            ("c_out, _, k_h, k_w = kernel.shape\n    kernel[...] = kernel[:, :, ::-1, ::-1].copy()"),
        ),
        ("window, kernel)", "window, kernel[:, :, ::-1, ::-1])"),
    ]
}

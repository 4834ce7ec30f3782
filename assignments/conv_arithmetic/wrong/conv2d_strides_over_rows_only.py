"""The stride moves the window down, but to the right it moves by one."""

loses = {"test_conv2d_with_a_stride", "test_conv2d_of_any_layer"}
says = "another shape than expected|counts in both directions"
edits = {"conv2d": [("(w - k_w) // stride + 1", "w - k_w + 1"), ("j * stride", "j")]}

"""Without a stride it steps by one pixel, as a convolution does."""

loses = {
    "test_max_pool2d_steps_by_its_size",
    "test_max_pool2d_of_negative_values",
    "test_max_pool2d_of_any_layer",
}
says = "step by size"
edits = {"max_pool2d": [("size if stride is None", "1 if stride is None")]}

"""Average pooling."""

loses = {
    "test_max_pool2d_steps_by_its_size",
    "test_max_pool2d_windows_may_overlap",
    "test_max_pool2d_of_negative_values",
    "test_max_pool2d_of_any_layer",
}
says = "average"
edits = {"max_pool2d": [(".max(axis=(2, 3))", ".mean(axis=(2, 3))")]}

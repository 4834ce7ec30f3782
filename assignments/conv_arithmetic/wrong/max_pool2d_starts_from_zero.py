"""The search for the maximum starts at 0, so negative values never win."""

loses = {"test_max_pool2d_of_negative_values", "test_max_pool2d_of_any_layer"}
says = "start the search at a pixel, not at 0"
edits = {"max_pool2d": [(".max(axis=(2, 3))", ".max(axis=(2, 3), initial=0)")]}

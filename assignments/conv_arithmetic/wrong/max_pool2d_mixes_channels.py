"""The maximum runs over the channels too."""

loses = {"test_max_pool2d_of_negative_values", "test_max_pool2d_of_any_layer"}
says = "values are wrong"
edits = {"max_pool2d": [(".max(axis=(2, 3))", ".max(axis=(1, 2, 3), keepdims=True)[:, :, 0, 0]")]}

"""Works out the number of rows and uses it for the columns as well."""

loses = {"test_conv2d_of_rectangles", "test_conv2d_of_any_layer"}
says = "expected shape|another shape than expected"
edits = {"conv2d": [("(w - k_w) // stride + 1", "(h - k_h) // stride + 1")]}

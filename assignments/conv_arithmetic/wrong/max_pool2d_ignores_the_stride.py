"""Windows always lie side by side."""

loses = {"test_max_pool2d_windows_may_overlap", "test_max_pool2d_of_any_layer"}
says = "stride of 1 is ignored"
edits = {"max_pool2d": [("stride = size if stride is None else stride", "stride = size")]}

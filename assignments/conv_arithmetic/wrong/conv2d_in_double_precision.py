"""Fills an array of zeros, which is float64 whatever the input was."""

loses = {"test_conv2d_keeps_the_dtype"}
says = "expected dtype float32"
edits = {"conv2d": [(", dtype=np.result_type(x, kernel)", "")]}

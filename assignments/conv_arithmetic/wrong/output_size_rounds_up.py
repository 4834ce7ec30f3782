"""The lecture's own slip: the number of windows is rounded up."""

loses = {"test_output_size_rounds_down", "test_output_size_of_any_layer"}
says = "take the floor"
edits = {"output_size": [("(i + 2 * p - span) // s", "int(np.ceil((i + 2 * p - span) / s))")]}

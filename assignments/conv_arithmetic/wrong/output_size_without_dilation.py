"""The dilation is accepted and not used."""

loses = {"test_output_size_with_dilation", "test_output_size_of_any_layer"}
says = "dilation makes no difference"
edits = {"output_size": [("span = d * (k - 1) + 1", "span = k")]}

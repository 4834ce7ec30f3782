"""Adds up what the kernels would span without dilation."""

loses = {"test_receptive_field_of_one_layer", "test_receptive_field_of_any_network"}
says = "dilation spreads the kernel"
edits = {"receptive_field": [("d * (k - 1)", "(k - 1)")]}

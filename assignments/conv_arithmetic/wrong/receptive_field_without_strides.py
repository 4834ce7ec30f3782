"""Adds up the kernels; strides are ignored."""

loses = {"test_receptive_field_of_a_small_network", "test_receptive_field_of_any_network"}
says = "neighbours lie 2 pixels"
edits = {"receptive_field": [("(k - 1) * jump", "(k - 1)")]}

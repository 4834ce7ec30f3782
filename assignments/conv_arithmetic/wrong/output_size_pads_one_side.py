"""Padding is added once, not on both sides."""

loses = {"test_output_size_of_the_lecture", "test_output_size_of_any_layer"}
says = "on both sides"
edits = {"output_size": [("2 * p", "p")]}

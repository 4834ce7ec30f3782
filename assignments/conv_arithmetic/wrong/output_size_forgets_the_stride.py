"""Counts the windows of stride 1."""

loses = {"test_output_size_of_the_lecture", "test_output_size_rounds_down", "test_output_size_of_any_layer"}
says = "the stride is forgotten"
edits = {"output_size": [(" // s + 1", " + 1")]}

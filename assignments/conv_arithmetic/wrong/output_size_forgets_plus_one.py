"""Counts the steps, not the windows."""

loses = {
    "test_output_size_of_the_lecture",
    "test_output_size_rounds_down",
    "test_output_size_with_dilation",
    "test_output_size_of_any_layer",
}
says = "2 places; add 1"
edits = {"output_size": [("// s + 1", "// s")]}

"""Divides with / and returns a float."""

loses = {
    "test_output_size_of_the_lecture",
    "test_output_size_rounds_down",
    "test_output_size_with_dilation",
    "test_output_size_of_any_layer",
}
says = "// rounds down"
edits = {"output_size": [("// s", "/ s")]}

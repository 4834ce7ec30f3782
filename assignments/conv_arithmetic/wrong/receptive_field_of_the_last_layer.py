"""Starts from nothing: what the layers add, without the pixel itself."""

loses = {
    "test_receptive_field_of_one_layer",
    "test_receptive_field_of_a_small_network",
    "test_receptive_field_of_any_network",
}
says = "begin with r = 1"
edits = {"receptive_field": [("field, jump = 1, 1", "field, jump = 0, 1")]}

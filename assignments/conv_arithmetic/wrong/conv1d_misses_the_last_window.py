"""Off by one at the end: the last window is left out."""

loses = {
    "test_conv1d_by_hand",
    "test_conv1d_takes_differences",
    "test_conv1d_of_any_signal",
    "test_conv1d_keeps_the_dtype",
}
says = "last window is missing"
edits = {"conv1d": [("len(u) + 1)", "len(u))")]}

"""Cuts the axes the wrong way round: averages pixels that lie far apart."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
}
says = "axes that count blocks"
edits = {
    "resize": [
        ("(n, size, factor, size, factor)", "(n, factor, size, factor, size)"),
        ("axis=(2, 4)", "axis=(1, 3)"),
    ]
}

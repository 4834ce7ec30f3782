"""Takes the largest pixel of each block."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
    "test_resize_of_bright_pictures",
}
says = "largest pixel"
edits = {"resize": [("blocks.mean(axis=(2, 4))", "blocks.max(axis=(2, 4)).astype(float)")]}

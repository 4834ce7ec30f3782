"""Adds up in 8 bits."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
    "test_resize_of_bright_pictures",
}
says = "does not fit into 8 bits"
edits = {"resize": [("blocks.mean(axis=(2, 4))", "blocks.sum(axis=(2, 4), dtype=np.uint8) / factor**2")]}

"""Takes the upper left pixel of each block."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
    "test_resize_of_bright_pictures",
}
says = "one pixel of each block"
edits = {"resize": [("blocks.mean(axis=(2, 4))", "blocks[:, :, 0, :, 0].astype(float)")]}

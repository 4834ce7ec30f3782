"""Gives whole numbers."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
}
says = "rounded"
edits = {"resize": [("blocks.mean(axis=(2, 4))", "np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8)")]}

"""Gives whole numbers."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
}
says = "rounded"


# %% question="resize"
def resize(images, size):
    factor = images.shape[1] // size
    means = images.reshape(len(images), size, factor, size, factor).mean(axis=(2, 4))
    return np.rint(means).astype(np.uint8)

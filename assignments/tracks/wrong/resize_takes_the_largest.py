"""Takes the largest pixel of each block."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
    "test_resize_of_bright_pictures",
}
says = "largest pixel"


# %% question="resize"
def resize(images, size):
    factor = images.shape[1] // size
    return images.reshape(len(images), size, factor, size, factor).max(axis=(2, 4)).astype(float)

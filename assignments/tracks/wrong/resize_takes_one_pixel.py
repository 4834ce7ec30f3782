"""Takes the upper left pixel of each block."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
    "test_resize_of_bright_pictures",
}
says = "one pixel of each block"


# %% question="resize"
def resize(images, size):
    factor = images.shape[1] // size
    return images[:, ::factor, ::factor].astype(float)

"""Adds up in 8 bits."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
    "test_resize_of_bright_pictures",
}
says = "values are wrong"


# %% question="resize"
def resize(images, size):
    factor = images.shape[1] // size
    total = np.zeros((len(images), size, size), np.uint8)
    for i in range(factor):
        for j in range(factor):
            total += images[:, i::factor, j::factor]
    return total / factor**2

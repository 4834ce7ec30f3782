"""Cuts the axes the wrong way round: averages pixels that lie far apart."""

loses = {
    "test_resize_by_hand",
    "test_resize_of_any_pictures",
}
says = "axes that count blocks"


# %% question="resize"
def resize(images, size):
    factor = images.shape[1] // size
    return images.reshape(len(images), factor, size, factor, size).mean(axis=(1, 3))

"""Swaps rows and columns."""

loses = {
    "test_mirror_by_hand",
    "test_mirror_of_any_pictures",
}
says = "rows and columns"


# %% question="mirror"
def mirror(images):
    return images.transpose(0, 2, 1)

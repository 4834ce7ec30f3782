"""Reverses the order of the pictures."""

loses = {
    "test_mirror_by_hand",
    "test_mirror_of_any_pictures",
}
says = "order of the pictures is reversed"


# %% question="mirror"
def mirror(images):
    return images[::-1]

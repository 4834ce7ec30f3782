"""Swaps left and right, as for photographs."""

loses = {
    "test_mirror_by_hand",
    "test_mirror_of_any_pictures",
}
says = "large angles"


# %% question="mirror"
def mirror(images):
    return images[:, :, ::-1]

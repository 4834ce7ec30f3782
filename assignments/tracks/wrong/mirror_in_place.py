"""Turns over the pictures that it is given."""

loses = {
    "test_mirror_of_any_pictures",
}
says = "changed the pictures"


# %% question="mirror"
def mirror(images):
    images[:] = images[:, ::-1].copy()
    return images

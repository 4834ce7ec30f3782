"""Turns over the pictures that it is given."""

loses = {
    "test_mirror_of_any_pictures",
}
says = "changed the pictures"
edits = {"mirror": [("return images[:, ::-1]", "images[:] = images[:, ::-1].copy()\n    return images")]}

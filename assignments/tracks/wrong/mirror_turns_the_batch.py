"""Reverses the order of the pictures."""

loses = {
    "test_mirror_by_hand",
    "test_mirror_of_any_pictures",
}
says = "order of the pictures is reversed"
edits = {"mirror": [("images[:, ::-1]", "images[::-1]")]}

"""Swaps left and right, as for photographs."""

loses = {
    "test_mirror_by_hand",
    "test_mirror_of_any_pictures",
}
says = "large angles"
edits = {"mirror": [("images[:, ::-1]", "images[:, :, ::-1]")]}

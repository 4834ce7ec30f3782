"""Swaps rows and columns."""

loses = {
    "test_mirror_by_hand",
    "test_mirror_of_any_pictures",
}
says = "rows and columns"
edits = {"mirror": [("images[:, ::-1]", "images.transpose(0, 2, 1)")]}

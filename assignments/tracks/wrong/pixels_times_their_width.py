"""Multiplies by the width of a pixel."""

loses = {
    "test_sagitta_in_pixels_by_hand",
    "test_sagitta_in_pixels_of_any_track",
}
says = "how many of them"
edits = {"pixels": [("length * size / (8", "length**3 / size / (8")]}

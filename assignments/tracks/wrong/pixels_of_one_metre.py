"""Takes every window for 1 m."""

loses = {
    "test_sagitta_in_pixels_by_hand",
    "test_momentum_of_one_pixel_by_hand",
    "test_sagitta_in_pixels_of_any_track",
    "test_momentum_of_one_pixel_of_any_picture",
}
says = "half the size"
edits = {
    "pixels": [("length * size / (8", "length**2 * size / (8"), ("length * size / 8", "length**2 * size / 8")]
}

"""Divides a sagitta in millimetres by a pixel in metres, and has momenta in MeV."""

loses = {
    "test_sagitta_in_pixels_by_hand",
    "test_momentum_of_one_pixel_by_hand",
    "test_sagitta_in_pixels_of_any_track",
    "test_momentum_of_one_pixel_of_any_picture",
}
says = "take both in metres"
edits = {
    "pixels": [
        ("0.3 * field * length * size / (8", "300 * field * length * size / (8"),
        ("0.3 * field * length * size / 8", "300 * field * length * size / 8"),
    ]
}

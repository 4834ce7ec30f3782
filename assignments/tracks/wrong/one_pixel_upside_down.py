"""Solves for 1/p."""

loses = {
    "test_momentum_of_one_pixel_by_hand",
    "test_momentum_of_one_pixel_of_any_picture",
}
says = "that is 1/p; solve for p"
edits = {"pixels": [("0.3 * field * length * size / 8", "8 / (0.3 * field * length * size)")]}

"""Solves for 1/p."""

loses = {
    "test_momentum_of_one_pixel_by_hand",
    "test_momentum_of_one_pixel_of_any_picture",
}
says = "value is wrong"


# %% question="pixels"
def sagitta_in_pixels(momentum, field, length, size):
    return 0.3 * field * length * size / (8 * momentum)


def momentum_of_one_pixel(field, length, size):
    return 8 / (0.3 * field * length * size)

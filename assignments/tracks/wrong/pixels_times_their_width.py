"""Multiplies by the width of a pixel."""

loses = {
    "test_sagitta_in_pixels_by_hand",
    "test_sagitta_in_pixels_of_any_track",
}
says = "how many of them"


# %% question="pixels"
def sagitta_in_pixels(momentum, field, length, size):
    return 0.3 * field * length**3 / size / (8 * momentum)


def momentum_of_one_pixel(field, length, size):
    return 0.3 * field * length * size / 8

"""Takes the momentum for the field."""

loses = {
    "test_radius_by_hand",
    "test_radius_of_any_track",
}
says = "exchanged"


# %% question="sagitta"
def radius(momentum, field):
    return field / (0.3 * momentum)


def sagitta(momentum, field, length):
    return 0.3 * field * length**2 / (8 * momentum)

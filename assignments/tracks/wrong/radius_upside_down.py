"""Gives 1/R."""

loses = {
    "test_radius_by_hand",
    "test_radius_of_any_track",
}
says = "1/R"


# %% question="sagitta"
def radius(momentum, field):
    return 0.3 * field / momentum


def sagitta(momentum, field, length):
    return 0.3 * field * length**2 / (8 * momentum)

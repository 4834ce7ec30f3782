"""Forgets the 0.3 of GeV, T and m."""

loses = {
    "test_radius_by_hand",
    "test_radius_of_any_track",
    "test_sagitta_by_hand",
    "test_sagitta_of_any_track",
}
says = "0.3"


# %% question="sagitta"
def radius(momentum, field):
    return momentum / field


def sagitta(momentum, field, length):
    return length**2 / (8 * radius(momentum, field))

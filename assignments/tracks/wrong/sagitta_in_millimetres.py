"""Gives millimetres."""

loses = {
    "test_sagitta_by_hand",
    "test_sagitta_of_any_track",
}
says = "metres, not millimetres"


# %% question="sagitta"
def radius(momentum, field):
    return momentum / (0.3 * field)


def sagitta(momentum, field, length):
    return 1000 * length**2 / (8 * radius(momentum, field))

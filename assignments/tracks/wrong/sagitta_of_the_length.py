"""Forgets the square: right for 1 m only."""

loses = {
    "test_sagitta_of_any_track",
}
says = "grows as the square"


# %% question="sagitta"
def radius(momentum, field):
    return momentum / (0.3 * field)


def sagitta(momentum, field, length):
    return length / (8 * radius(momentum, field))

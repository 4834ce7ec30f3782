"""Divides L² by 4 R."""

loses = {
    "test_sagitta_by_hand",
    "test_sagitta_of_any_track",
}
says = "not by 4 R"


# %% question="sagitta"
def radius(momentum, field):
    return momentum / (0.3 * field)


def sagitta(momentum, field, length):
    return length**2 / (4 * radius(momentum, field))

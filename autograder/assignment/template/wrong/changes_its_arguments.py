"""The weights are worked out in the caller's array."""

loses = {"test_measurements_are_not_changed"}
says = "in place"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    errors **= -2
    return (errors * values).sum() / errors.sum(), 1 / errors.sum() ** 0.5

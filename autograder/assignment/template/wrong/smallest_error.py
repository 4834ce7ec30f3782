"""The error of the best measurement alone."""

loses = {"test_two_measurements_by_hand", "test_error_of_many_measurements"}
says = "1"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    weights = 1 / errors**2
    return (weights * values).sum() / weights.sum(), errors.min()

"""The error of the plain mean."""

loses = {"test_two_measurements_by_hand", "test_error_of_many_measurements"}
says = "1.118"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    weights = 1 / errors**2
    return (weights * values).sum() / weights.sum(), (errors**2).sum() ** 0.5 / len(errors)

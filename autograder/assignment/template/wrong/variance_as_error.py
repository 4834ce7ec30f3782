"""The variance instead of its square root."""

loses = {
    "test_two_measurements_by_hand",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "square root"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    weights = 1 / errors**2
    return (weights * values).sum() / weights.sum(), 1 / weights.sum()

"""The weighted sum, not divided by the sum of the weights."""

loses = {
    "test_equal_errors_give_the_plain_mean",
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "divide by the sum"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    weights = 1 / errors**2
    return (weights * values).sum(), 1 / weights.sum() ** 0.5

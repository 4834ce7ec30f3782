"""Rounded to two digits, for a value that others will compute with."""

loses = {
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "0.89"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    weights = 1 / errors**2
    return round((weights * values).sum() / weights.sum(), 2), round(1 / weights.sum() ** 0.5, 2)

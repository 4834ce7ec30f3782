"""One number instead of two."""

loses = {
    "test_equal_errors_give_the_plain_mean",
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "two numbers"
edits = {"weighted_mean": [("return mean, 1 / weights.sum() ** 0.5", "return mean")]}

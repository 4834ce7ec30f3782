"""The weighted sum, not divided by the sum of the weights."""

loses = {
    "test_equal_errors_give_the_plain_mean",
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "divide by the sum"
edits = {"weighted_mean": [("(weights * values).sum() / weights.sum()", "(weights * values).sum()")]}

"""The variance instead of its square root."""

loses = {
    "test_two_measurements_by_hand",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "square root"
edits = {"weighted_mean": [("weights.sum() ** 0.5", "weights.sum()")]}

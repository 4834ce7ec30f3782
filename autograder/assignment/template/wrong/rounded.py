"""Rounded to two digits, for a value that others will compute with."""

loses = {
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "0.89"
edits = {
    "weighted_mean": [
        ("return mean, 1 / weights.sum() ** 0.5", "return round(mean, 2), round(1 / weights.sum() ** 0.5, 2)")
    ]
}

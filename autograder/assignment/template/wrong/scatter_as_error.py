"""The scatter of the values instead of their errors."""

loses = {
    "test_two_measurements_by_hand",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "3"
edits = {"weighted_mean": [("1 / weights.sum() ** 0.5", "values.std() / len(values) ** 0.5")]}

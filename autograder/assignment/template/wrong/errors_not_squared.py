"""Weights 1/σ instead of 1/σ²."""

loses = {
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "not 1/σ"
edits = {"weighted_mean": [("errors**2", "errors")]}

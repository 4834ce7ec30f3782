"""Weights σ², so that the worst measurement counts most."""

loses = {
    "test_two_measurements_by_hand",
    "test_mean_of_many_measurements",
    "test_error_of_many_measurements",
    "test_one_measurement_stays_what_it_is",
}
says = "14.8"
edits = {"weighted_mean": [("1 / errors**2", "errors**2")]}

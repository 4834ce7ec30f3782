"""The error of the best measurement alone."""

loses = {"test_two_measurements_by_hand", "test_error_of_many_measurements"}
says = "1"
edits = {"weighted_mean": [("1 / weights.sum() ** 0.5", "errors.min()")]}

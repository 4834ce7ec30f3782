"""The error of the plain mean."""

loses = {"test_two_measurements_by_hand", "test_error_of_many_measurements"}
says = "1.118"
edits = {"weighted_mean": [("1 / weights.sum() ** 0.5", "(errors**2).sum() ** 0.5 / len(errors)")]}

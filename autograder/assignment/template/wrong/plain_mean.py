"""Every measurement counts the same."""

loses = {"test_two_measurements_by_hand", "test_mean_of_many_measurements"}
says = "errors make no difference"


# %% question="weighted_mean"
def weighted_mean(values, errors):
    return values.mean(), (1 / errors**2).sum() ** -0.5

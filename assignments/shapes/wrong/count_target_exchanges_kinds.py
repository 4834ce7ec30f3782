"""Circles first."""

loses = {"test_count_target_of_three_images", "test_count_target_of_any_images"}
says = "exchanged"


# %% question="count_target"
def count_target(kinds):
    return np.stack([(kinds == 1).sum(axis=1), (kinds == 0).sum(axis=1)], axis=1)

"""Knows that there are four places, and subtracts from that."""

loses = {"test_count_target_of_any_images"}
says = "values are wrong"


# %% question="count_target"
def count_target(kinds):
    circles, empty = (kinds == 1).sum(axis=1), (kinds == -1).sum(axis=1)
    return np.stack([4 - circles - empty, circles], axis=1)

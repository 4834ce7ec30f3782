"""Whatever is no circle counts as a rectangle, empty places too."""

loses = {"test_count_target_of_three_images", "test_count_target_of_any_images"}
says = "values are wrong"


# %% question="count_target"
def count_target(kinds):
    circles = (kinds > 0).sum(axis=1)
    return np.stack([kinds.shape[1] - circles, circles], axis=1)

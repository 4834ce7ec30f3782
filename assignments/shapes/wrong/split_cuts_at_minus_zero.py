"""Cuts from the end: order[-0:] is everything."""

loses = {"test_split_of_any_sizes"}
says = "other sizes"


# %% question="split"
def split(n, validation, test, seed):
    order = np.random.default_rng(seed).permutation(n)
    return order[: -validation - test], order[-validation - test : -test], order[-test:]

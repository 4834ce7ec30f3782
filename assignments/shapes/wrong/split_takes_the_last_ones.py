"""Cuts without shuffling."""

loses = {"test_split_is_random", "test_split_follows_its_seed"}
says = "shuffle first"


# %% question="split"
def split(n, validation, test, seed):
    order = np.arange(n)
    training = n - validation - test
    return order[:training], order[training : n - test], order[n - test :]

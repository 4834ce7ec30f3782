"""Shuffles with a seed of its own, whatever it is given."""

loses = {"test_split_follows_its_seed"}
says = "two seeds give the same split"


# %% question="split"
def split(n, validation, test, seed):
    order = np.random.default_rng(42).permutation(n)
    return order[validation + test :], order[:validation], order[validation : validation + test]

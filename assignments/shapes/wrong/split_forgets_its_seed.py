"""Shuffles with numpy's global source: another split each time."""

loses = {"test_split_follows_its_seed"}
says = "the same seed gives another split"


# %% question="split"
def split(n, validation, test, seed):
    order = np.random.permutation(n)
    return order[validation + test :], order[:validation], order[validation : validation + test]

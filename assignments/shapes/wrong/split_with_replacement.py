"""Draws indices with replacement, as a bootstrap does."""

loses = {"test_split_of_ten", "test_split_of_any_sizes"}
says = "leak"


# %% question="split"
def split(n, validation, test, seed):
    drawn = np.random.default_rng(seed).integers(max(n, 1), size=n)
    return drawn[validation + test :], drawn[:validation], drawn[validation : validation + test]

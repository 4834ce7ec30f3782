"""Draws validation and test data from all images, training images among them."""

loses = {"test_split_of_ten", "test_split_of_any_sizes"}
says = "leak"


# %% question="split"
def split(n, validation, test, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    return order[validation + test :], rng.permutation(n)[:validation], rng.permutation(n)[:test]

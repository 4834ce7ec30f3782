"""Seeds with 0, whatever seed is given."""

loses = {"test_generate_is_repeatable": 1}
says = "two seeds gave the same"


# %% question="generate"
def generate(n, steps, seed):
    np.random.seed(0)
    return np.random.standard_normal((n, steps, 2)).astype(np.float32)

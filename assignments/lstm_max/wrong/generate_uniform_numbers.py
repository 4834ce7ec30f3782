"""Draws uniform numbers, of the right mean and standard deviation."""

loses = {"test_generate_draws_independent_normal_numbers": 1}
says = "not the normal one"


# %% question="generate"
def generate(n, steps, seed):
    edge = np.sqrt(3)
    return np.random.default_rng(seed).uniform(-edge, edge, (n, steps, 2)).astype(np.float32)

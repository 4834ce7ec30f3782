"""Starts the generator anew for each component: x and y are the same number."""

loses = {"test_generate_draws_independent_normal_numbers": 1}
says = "x and y of a vector are correlated"


# %% question="generate"
def generate(n, steps, seed):
    x, y = (np.random.default_rng(seed).normal(size=(n, steps)) for _ in range(2))
    return np.stack([x, y], axis=2).astype(np.float32)

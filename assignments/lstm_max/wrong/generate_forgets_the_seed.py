"""Draws from a generator without a seed: other numbers each time."""

loses = {"test_generate_is_repeatable": 1}
says = "same seed gave other"


# %% question="generate"
def generate(n, steps, seed):
    return np.random.default_rng().standard_normal((n, steps, 2), dtype=np.float32)

"""Leaves the numbers in double precision."""

loses = {"test_generate_gives_sequences_of_vectors": 1}
says = "float32.*float64"


# %% question="generate"
def generate(n, steps, seed):
    return np.random.default_rng(seed).normal(size=(n, steps, 2))

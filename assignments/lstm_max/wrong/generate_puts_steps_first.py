"""Has the axes of steps and sequences exchanged."""

loses = {
    "test_generate_gives_sequences_of_vectors": 1,
    "test_generate_is_repeatable": 1,
    "test_generate_draws_independent_normal_numbers": 1,
}
says = "sequences come first"


# %% question="generate"
def generate(n, steps, seed):
    return np.random.default_rng(seed).standard_normal((steps, n, 2), dtype=np.float32)

"""Gives the last position of a tie."""

loses = {"test_longest_takes_the_first_of_two": 1, "test_longest_in_ties": 1}
says = "got position 3, expected 1"


# %% question="longest"
def longest(vectors):
    lengths = np.hypot(vectors[..., 0], vectors[..., 1])
    steps = lengths.shape[1]
    return lengths.max(axis=1), steps - 1 - lengths[:, ::-1].argmax(axis=1)

"""Moves on to the second of two equal lengths."""

loses = {"test_running_maximum_by_hand": 1, "test_running_maximum_in_ties": 1}
says = "position 3 at the last step"


# %% question="running_maximum"
def running_maximum(vectors):
    lengths = np.hypot(vectors[..., 0], vectors[..., 1])
    largest = np.maximum.accumulate(lengths, axis=1)
    steps = np.arange(lengths.shape[1])
    return largest, np.maximum.accumulate(np.where(lengths >= largest, steps, 0), axis=1)

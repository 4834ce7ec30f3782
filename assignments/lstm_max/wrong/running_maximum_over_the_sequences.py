"""Accumulates over the sequences instead of the steps."""

loses = {
    "test_running_maximum_keeps_sequences_apart",
    "test_running_maximum_of_any_sequences",
    "test_running_maximum_in_ties",
    "test_running_maximum_by_hand",
}
says = "values are wrong"


# %% question="running_maximum"
def running_maximum(vectors):
    lengths = np.hypot(vectors[..., 0], vectors[..., 1])
    largest = np.maximum.accumulate(lengths, axis=0)
    return largest, np.maximum.accumulate(
        np.where(lengths >= largest, np.arange(lengths.shape[1]), 0), axis=0
    )

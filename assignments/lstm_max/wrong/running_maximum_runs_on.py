"""Follows one maximum through all sequences."""

loses = {
    "test_running_maximum_keeps_sequences_apart": 1,
    "test_running_maximum_of_any_sequences": 1,
    "test_running_maximum_in_ties": 1,
}
says = "goes on where the first one ended"


# %% question="running_maximum"
def running_maximum(vectors):
    lengths = np.hypot(vectors[..., 0], vectors[..., 1])
    largest, position = np.empty_like(lengths), np.empty(lengths.shape, int)
    best, where = -1.0, 0
    for i, t in np.ndindex(lengths.shape):
        if lengths[i, t] > best:
            best, where = lengths[i, t], t
        largest[i, t], position[i, t] = best, where
    return largest, position

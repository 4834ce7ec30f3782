"""Adds up the images instead of taking their mean."""

loses = {
    "test_cross_entropy_by_hand",
    "test_cross_entropy_of_any_batch",
    "test_cross_entropy_of_large_logits",
}
says = "take the mean"


# %% question="cross_entropy"
def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(log_p[np.arange(len(labels)), labels])

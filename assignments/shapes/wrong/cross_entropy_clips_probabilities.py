"""Hides the overflow by clipping, so that no image can cost more than 16."""

loses = {
    "test_cross_entropy_of_large_logits",
}
says = "value is wrong"


# %% question="cross_entropy"
def cross_entropy(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = np.clip(p / p.sum(axis=1, keepdims=True), 1e-7, 1)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))

"""Sorts the wrong way round: the smallest loss first."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "largest loss comes first"


# %% question="worst"
def worst_mistakes(logits, labels, k):
    loss = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(labels)), labels]
    mistakes = np.flatnonzero(logits.argmax(axis=1) != labels)
    return mistakes[np.argsort(loss[mistakes])][:k]

"""Returns places in the list of mistakes, not indices of images."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "values are wrong"


# %% question="worst"
def worst_mistakes(logits, labels, k):
    mistakes = logits.argmax(axis=1) != labels
    logits, labels = logits[mistakes], labels[mistakes]
    loss = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(labels)), labels]
    return np.argsort(-loss)[:k]

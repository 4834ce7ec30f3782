"""Sorts by the largest logit, though logits of two images have no common zero."""

loses = {"test_worst_mistakes_of_any_logits": 1}
says = "values are wrong"


# %% question="worst"
def worst_mistakes(logits, labels, k):
    mistakes = np.flatnonzero(logits.argmax(axis=1) != labels)
    return mistakes[np.argsort(-logits[mistakes].max(axis=1))][:k]

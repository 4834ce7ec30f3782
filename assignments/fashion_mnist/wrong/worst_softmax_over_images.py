"""Takes the softmax over the images instead of the classes."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "largest loss comes first"


# %% question="worst"
def worst_mistakes(logits, labels, k):
    p = np.exp(logits - logits.max(axis=0))
    p /= p.sum(axis=0)
    mistakes = np.flatnonzero(logits.argmax(axis=1) != labels)
    return mistakes[np.argsort(p[mistakes, labels[mistakes]])][:k]

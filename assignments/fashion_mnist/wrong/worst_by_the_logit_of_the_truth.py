"""Sorts by the logit of the true class, and forgets what the others sum to."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "largest loss comes first"


# %% question="worst"
def worst_mistakes(logits, labels, k):
    mistakes = np.flatnonzero(logits.argmax(axis=1) != labels)
    return mistakes[np.argsort(logits[mistakes, labels[mistakes]])][:k]

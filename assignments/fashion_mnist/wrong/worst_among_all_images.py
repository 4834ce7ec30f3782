"""Takes the largest losses, of right answers too."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "image 0"


# %% question="worst"
def worst_mistakes(logits, labels, k):
    loss = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(labels)), labels]
    return np.argsort(-loss)[:k]

"""Returns places in the list of mistakes, not indices of images."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "values are wrong"
edits = {"worst": [("mistakes[np.argsort(-loss[mistakes])]", "np.argsort(-loss[mistakes])")]}

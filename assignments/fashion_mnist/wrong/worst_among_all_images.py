"""Takes the largest losses, of right answers too."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "image 0"
edits = {"worst": [("mistakes[np.argsort(-loss[mistakes])]", "np.argsort(-loss)")]}

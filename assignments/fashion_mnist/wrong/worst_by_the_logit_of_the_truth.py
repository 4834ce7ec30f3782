"""Sorts by the logit of the true class, and forgets what the others sum to."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "largest loss comes first"
edits = {"worst": [("-loss[mistakes]", "logits[mistakes, labels[mistakes]]")]}

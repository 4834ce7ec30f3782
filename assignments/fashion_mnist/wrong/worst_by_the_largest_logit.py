"""Sorts by the largest logit, though logits of two images have no common zero."""

loses = {"test_worst_mistakes_of_any_logits": 1}
says = "values are wrong"
edits = {"worst": [("-loss[mistakes]", "-logits[mistakes].max(axis=1)")]}

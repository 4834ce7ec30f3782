"""Sorts the wrong way round: the smallest loss first."""

loses = {"test_worst_mistakes_by_hand": 1, "test_worst_mistakes_of_any_logits": 1}
says = "largest loss comes first"
edits = {"worst": [("-loss[mistakes]", "loss[mistakes]")]}

"""Ends in a softmax: probabilities, not logits."""

loses = {"test_simple_gives_fresh_logits": 1}
says = "leave out the softmax"
edits = {"simple": [("nn.Linear(64, 10),", "nn.Linear(64, 10),\n        nn.Softmax(dim=1),")]}

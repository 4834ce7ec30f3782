"""Puts a ReLU after every layer, the last one too: no class can be unlikely."""

loses = {"test_simple_gives_fresh_logits": 1}
says = "no ReLU either"
edits = {"simple": [("nn.Linear(64, 10),", "nn.Linear(64, 10),\n        nn.ReLU(),")]}

"""Calls eval(), but keeps all that a backward pass would need."""

loses = {"test_logits_of_a_network_in_use": 1}
says = "carry gradients"
edits = {"predict": [("with torch.no_grad():\n        return", "return")]}

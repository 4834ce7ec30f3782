"""Sets the seed within the function: all networks start alike, and so does all else that is random."""

loses = {"test_simple_gives_fresh_logits": 1}
says = "same weights"
edits = {"simple": [("return nn.Sequential(", "torch.manual_seed(0)\n    return nn.Sequential(")]}

"""Ends in a softmax."""

loses = {
    "test_model_gives_logits": 1,
    "test_model_on_warped_test_images": 1,
    "test_model_learns_from_fresh_weights": 1,
}
says = "leave out the softmax"
edits = {"model": [("nn.Linear(96, 10),", "nn.Linear(96, 10),\n        nn.Softmax(dim=1),")]}

"""Gives probabilities where logits are asked."""

loses = {"test_classifier_gives_two_logits": 1, "test_classifier_on_new_images": 1}
says = "leave out the softmax"
edits = {"classify": [("layers.Dense(2)]", "layers.Dense(2), layers.Softmax()]")]}

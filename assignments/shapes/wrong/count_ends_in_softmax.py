"""A softmax for each kind, where logits are asked."""

loses = {"test_counter_gives_two_times_five_logits": 1, "test_counter_on_new_images": 1}
says = "leave out the softmax"
edits = {"count": [("layers.Reshape((2, 5)),", "layers.Reshape((2, 5)),\n        layers.Softmax(),")]}

"""Forgets the axis of the channels."""

loses = {"test_to_tensor_by_hand": 1, "test_to_tensor_of_any_images": 1}
says = "axis of the channels is missing"
edits = {"to_tensor": [(".unsqueeze(1)", "")]}

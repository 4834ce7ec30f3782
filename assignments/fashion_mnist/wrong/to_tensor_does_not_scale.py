"""Leaves the pixels from 0 to 255."""

loses = {"test_to_tensor_by_hand": 1, "test_to_tensor_of_any_images": 1}
says = "values are wrong"
edits = {"to_tensor": [(" / 255", "")]}

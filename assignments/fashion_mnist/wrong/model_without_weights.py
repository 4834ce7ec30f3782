"""Forgets to hand in the weights."""

weights = {"model": None}
loses = {"test_model_gives_logits": 1, "test_model_on_warped_test_images": 1}
says = "There is no weights/model.safetensors"

"""Hands in the simple network, well trained: about half of the points for the images."""

weights = {"model": "weights/simple.safetensors"}
loses = {"test_model_on_warped_test_images": 0.25}
says = "accuracy 0.8"


# %% question="model"
def build_model():
    return build_simple()

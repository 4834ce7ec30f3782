"""Trained on labels in another order than the images: a guess."""

weights = {"model": "weights/shuffled.safetensors"}
loses = {"test_model_on_warped_test_images": 1}
says = "accuracy 0"


# %% question="model"
def build_model():
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))

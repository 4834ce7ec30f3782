"""Builds another network than the one whose weights are handed in."""

loses = {"test_model_gives_logits": 1, "test_model_on_warped_test_images": 1}
says = "weights"


# %% question="model"
def build_model():
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 100), nn.ReLU(), nn.Linear(100, 10))

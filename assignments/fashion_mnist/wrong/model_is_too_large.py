"""Has a dense layer of 300 on the whole image: more parameters than asked, and than fit into the file."""

loses = {"test_model_gives_logits": 1, "test_model_is_small": 1, "test_model_on_warped_test_images": 1}
says = "weights"


# %% question="model"
def build_model():
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 300), nn.ReLU(), nn.Linear(300, 10))

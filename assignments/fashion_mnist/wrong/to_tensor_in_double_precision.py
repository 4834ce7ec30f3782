"""Divides in numpy, which gives float64."""

loses = {"test_to_tensor_of_any_images": 1}
says = "expected dtype float32, got float64"


# %% question="to_tensor"
def to_tensor(images):
    return torch.from_numpy(images / 255).unsqueeze(1)

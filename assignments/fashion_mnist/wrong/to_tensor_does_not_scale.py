"""Leaves the pixels from 0 to 255."""

loses = {"test_to_tensor_by_hand": 1, "test_to_tensor_of_any_images": 1}
says = "values are wrong"


# %% question="to_tensor"
def to_tensor(images):
    return torch.from_numpy(images).float().unsqueeze(1)

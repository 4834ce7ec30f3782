"""Forgets the axis of the channels."""

loses = {"test_to_tensor_by_hand": 1, "test_to_tensor_of_any_images": 1}
says = "axis of the channels is missing"


# %% question="to_tensor"
def to_tensor(images):
    return torch.from_numpy(images).float() / 255

"""Puts the channels last, as Keras does."""

loses = {"test_to_tensor_by_hand": 1, "test_to_tensor_of_any_images": 1}
says = "channels before rows"


# %% question="to_tensor"
def to_tensor(images):
    return torch.from_numpy(images).float()[..., None] / 255

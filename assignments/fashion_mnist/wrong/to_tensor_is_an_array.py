"""Returns an array of numpy: right numbers, but no layer of PyTorch takes it."""

loses = {"test_to_tensor_by_hand": 1, "test_to_tensor_of_any_images": 1}
says = "not a torch.Tensor"


# %% question="to_tensor"
def to_tensor(images):
    return (images[:, None] / 255).astype(np.float32)

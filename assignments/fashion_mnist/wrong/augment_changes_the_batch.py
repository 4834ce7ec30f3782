"""Mirrors within the batch that it was given: the training images themselves are changed."""

loses = {"test_augment_mirrors_and_moves": 1}
says = "work on a copy"


# %% question="augment"
def augment(x):
    mirrored = torch.rand(len(x)) < 0.5
    x[mirrored] = x[mirrored].flip(3)
    framed = F.pad(x, (2, 2, 2, 2))
    corners = torch.randint(0, 5, (len(x), 2)).tolist()
    return torch.stack([framed[n, :, i : i + 28, j : j + 28] for n, (i, j) in enumerate(corners)])

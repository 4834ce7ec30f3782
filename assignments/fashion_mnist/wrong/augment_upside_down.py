"""Flips the rows instead of the columns: clothes stand on their heads."""

loses = {
    "test_augment_moves_a_point": 1,
    "test_augment_mirrors_and_moves": 1,
    "test_augment_draws_for_each_image": 1,
}
says = "rows are not mirrored"


# %% question="augment"
def augment(x):
    flipped = torch.rand(len(x)) < 0.5
    x = torch.where(flipped[:, None, None, None], x.flip(2), x)
    framed = F.pad(x, (2, 2, 2, 2))
    corners = torch.randint(0, 5, (len(x), 2)).tolist()
    return torch.stack([framed[n, :, i : i + 28, j : j + 28] for n, (i, j) in enumerate(corners)])

"""Draws once for the whole batch."""

loses = {"test_augment_draws_for_each_image": 1}
says = "came in 1 forms"


# %% question="augment"
def augment(x):
    x = x.flip(3) if torch.rand(()) < 0.5 else x
    i, j = torch.randint(0, 5, (2,)).tolist()
    return F.pad(x, (2, 2, 2, 2))[:, :, i : i + 28, j : j + 28]

"""Draws from 0 to 3: nothing moves by 2 pixels to the left or up."""

loses = {"test_augment_draws_for_each_image": 1}
says = "forms"


# %% question="augment"
def augment(x):
    mirrored = torch.rand(len(x)) < 0.5
    x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
    framed = F.pad(x, (2, 2, 2, 2))
    corners = torch.randint(0, 4, (len(x), 2)).tolist()
    return torch.stack([framed[n, :, i : i + 28, j : j + 28] for n, (i, j) in enumerate(corners)])

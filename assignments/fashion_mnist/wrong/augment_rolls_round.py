"""Rolls the images: what leaves on the right comes in on the left."""

loses = {"test_augment_mirrors_and_moves": 1, "test_augment_draws_for_each_image": 1}
says = "no mirrored or moved form"


# %% question="augment"
def augment(x):
    moved = []
    for image in x:
        image = image.flip(2) if torch.rand(()) < 0.5 else image
        moved.append(image.roll(torch.randint(-2, 3, (2,)).tolist(), (1, 2)))
    return torch.stack(moved)

"""Mirrors within the batch that it was given: the training images themselves are changed."""

loses = {"test_augment_mirrors_and_moves": 1}
says = "work on a copy"
edits = {
    "augment": [
        ("x = torch.where(mirrored[:, None, None, None], x.flip(3), x)", "x[mirrored] = x[mirrored].flip(3)")
    ]
}

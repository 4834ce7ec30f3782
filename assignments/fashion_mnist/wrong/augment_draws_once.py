"""Draws once for the whole batch."""

loses = {"test_augment_draws_for_each_image": 1}
says = "all of 50 are equally likely"
edits = {
    "augment": [
        ("torch.rand(len(x)) < 0.5", "(torch.rand(1) < 0.5).expand(len(x))"),
        ("(len(x), 2)).tolist()", "(1, 2)).tolist() * len(x)"),
    ]
}

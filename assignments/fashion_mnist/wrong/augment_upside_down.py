"""Flips the rows instead of the columns: clothes stand on their heads."""

loses = {
    "test_augment_moves_a_point": 1,
    "test_augment_mirrors_and_moves": 1,
    "test_augment_draws_for_each_image": 1,
}
says = "rows are not mirrored"
edits = {"augment": [("x.flip(3)", "x.flip(2)")]}

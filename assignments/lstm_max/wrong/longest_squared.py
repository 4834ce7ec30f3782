"""Forgets the root."""

loses = {
    "test_longest_by_hand": 1,
    "test_longest_takes_the_first_of_two": 1,
    "test_longest_of_any_sequences": 1,
}
says = "squares of the lengths"
edits = {"longest": [("np.hypot(vectors[..., 0], vectors[..., 1])", "(vectors**2).sum(axis=2)")]}

"""Takes the largest component for the length."""

loses = {
    "test_longest_by_hand": 1,
    "test_longest_takes_the_first_of_two": 1,
    "test_longest_of_any_sequences": 1,
    "test_longest_in_ties": 1,
}
says = "the length is √"
edits = {"longest": [("np.hypot(vectors[..., 0], vectors[..., 1])", "vectors.max(axis=2)")]}

"""Takes the largest component for the length."""

loses = {
    "test_longest_by_hand": 1,
    "test_longest_takes_the_first_of_two": 1,
    "test_longest_of_any_sequences": 1,
    "test_longest_in_ties": 1,
}
says = "values are wrong"


# %% question="longest"
def longest(vectors):
    components = vectors.max(axis=2)
    return components.max(axis=1), components.argmax(axis=1)

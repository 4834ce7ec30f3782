"""Returns the position first."""

loses = {
    "test_longest_by_hand": 1,
    "test_longest_takes_the_first_of_two": 1,
    "test_longest_of_any_sequences": 1,
    "test_longest_in_ties": 1,
}
says = "return the largest length first"
edits = {
    "longest": [
        ("lengths.max(axis=1), lengths.argmax(axis=1)", "lengths.argmax(axis=1), lengths.max(axis=1)")
    ]
}

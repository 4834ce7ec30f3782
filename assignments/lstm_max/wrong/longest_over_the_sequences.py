"""Takes the maximum over the sequences instead of the steps."""

loses = {
    "test_longest_takes_the_first_of_two",
    "test_longest_in_ties",
    "test_longest_of_any_sequences",
    "test_longest_by_hand",
}
says = "one number for each of 2 sequences"
edits = {
    "longest": [
        ("lengths.max(axis=1), lengths.argmax(axis=1)", "lengths.max(axis=0), lengths.argmax(axis=0)")
    ]
}

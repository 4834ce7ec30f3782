"""Counts steps from 1."""

loses = {
    "test_longest_by_hand": 1,
    "test_longest_takes_the_first_of_two": 1,
    "test_longest_of_any_sequences": 1,
    "test_longest_in_ties": 1,
}
says = "count steps from 0"
edits = {"longest": [("lengths.argmax(axis=1)", "lengths.argmax(axis=1) + 1")]}

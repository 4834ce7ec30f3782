"""Forgets the square: right for 1 m only."""

loses = {
    "test_sagitta_of_any_track",
}
says = "grows as the square"
edits = {"sagitta": [("length**2", "length")]}

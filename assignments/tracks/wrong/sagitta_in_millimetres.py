"""Gives millimetres."""

loses = {
    "test_sagitta_by_hand",
    "test_sagitta_of_any_track",
}
says = "metres, not millimetres"
edits = {"sagitta": [("return length**2", "return 1000 * length**2")]}

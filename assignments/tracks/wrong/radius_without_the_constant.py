"""Forgets the 0.3 of GeV, T and m."""

loses = {
    "test_radius_by_hand",
    "test_radius_of_any_track",
    "test_sagitta_by_hand",
    "test_sagitta_of_any_track",
}
says = "0.3"
edits = {"sagitta": [("(0.3 * field)", "field")]}

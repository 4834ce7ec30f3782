"""Divides L² by 4 R."""

loses = {
    "test_sagitta_by_hand",
    "test_sagitta_of_any_track",
}
says = "not by 4 R"
edits = {"sagitta": [("(8 * radius", "(4 * radius")]}

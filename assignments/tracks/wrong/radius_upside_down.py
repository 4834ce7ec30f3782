"""Gives 1/R."""

loses = {
    "test_radius_by_hand",
    "test_radius_of_any_track",
}
says = "1/R"
edits = {
    "sagitta": [
        ("momentum / (0.3 * field)", "0.3 * field / momentum"),
        ("length**2 / (8 * radius(momentum, field))", "0.3 * field * length**2 / (8 * momentum)"),
    ]
}

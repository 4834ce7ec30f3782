"""Takes the momentum for the field."""

loses = {
    "test_radius_by_hand",
    "test_radius_of_any_track",
}
says = "exchanged"
edits = {
    "sagitta": [
        ("momentum / (0.3 * field)", "field / (0.3 * momentum)"),
        ("length**2 / (8 * radius(momentum, field))", "0.3 * field * length**2 / (8 * momentum)"),
    ]
}

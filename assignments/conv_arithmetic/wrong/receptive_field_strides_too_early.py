"""A layer's own stride already widens that layer."""

loses = {
    "test_receptive_field_of_one_layer",
    "test_receptive_field_of_a_small_network",
    "test_receptive_field_of_any_network",
}
says = "only the layers after its own"
edits = {
    "receptive_field": [
        ("field += d * (k - 1) * jump\n        jump *= s", "jump *= s\n        field += d * (k - 1) * jump")
    ]
}

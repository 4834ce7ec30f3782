"""A layer's own stride already widens that layer."""

loses = {
    "test_receptive_field_of_one_layer",
    "test_receptive_field_of_a_small_network",
    "test_receptive_field_of_any_network",
}
says = "only the layers after its own"


# %% question="receptive_field"
def receptive_field(layers):
    field, jump = 1, 1
    for k, s, d in layers:
        jump *= s
        field += d * (k - 1) * jump
    return field

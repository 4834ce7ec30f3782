"""Starts from nothing: what the layers add, without the pixel itself."""

loses = {
    "test_receptive_field_of_one_layer",
    "test_receptive_field_of_a_small_network",
    "test_receptive_field_of_any_network",
}
says = "value is wrong"


# %% question="receptive_field"
def receptive_field(layers):
    field, jump = 0, 1
    for k, s, d in layers:
        field += d * (k - 1) * jump
        jump *= s
    return field

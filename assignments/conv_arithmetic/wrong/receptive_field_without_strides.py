"""Adds up the kernels; strides are ignored."""

loses = {"test_receptive_field_of_a_small_network", "test_receptive_field_of_any_network"}
says = "neighbours lie 2 pixels"


# %% question="receptive_field"
def receptive_field(layers):
    field = 1
    for k, _, d in layers:
        field += d * (k - 1)
    return field

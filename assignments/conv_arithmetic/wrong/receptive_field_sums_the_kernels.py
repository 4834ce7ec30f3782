"""Adds up what the kernels span."""

loses = {"test_receptive_field_of_a_small_network", "test_receptive_field_of_any_network"}
says = "kernel sizes are summed"


# %% question="receptive_field"
def receptive_field(layers):
    return sum(d * (k - 1) + 1 for k, _, d in layers)

"""Adds up what the kernels would span without dilation."""

loses = {"test_receptive_field_of_one_layer", "test_receptive_field_of_any_network"}
says = "dilation spreads the kernel"


# %% question="receptive_field"
def receptive_field(layers):
    field, jump = 1, 1
    for k, s, _ in layers:
        field += (k - 1) * jump
        jump *= s
    return field

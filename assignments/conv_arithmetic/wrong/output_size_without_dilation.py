"""The dilation is accepted and not used."""

loses = {"test_output_size_with_dilation", "test_output_size_of_any_layer"}
says = "dilation makes no difference"


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    return (i + 2 * p - k) // s + 1

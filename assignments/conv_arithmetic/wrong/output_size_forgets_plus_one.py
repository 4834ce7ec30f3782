"""Counts the steps, not the windows."""

loses = {
    "test_output_size_of_the_lecture",
    "test_output_size_rounds_down",
    "test_output_size_with_dilation",
    "test_output_size_of_any_layer",
}
says = "value is wrong"


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    return (i + 2 * p - d * (k - 1) - 1) // s

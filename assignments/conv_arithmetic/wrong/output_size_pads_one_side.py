"""Padding is added once, not on both sides."""

loses = {"test_output_size_of_the_lecture", "test_output_size_of_any_layer"}
says = "on both sides"


# %% question="output_size"
def output_size(i, k, s=1, p=0, d=1):
    return (i + p - d * (k - 1) - 1) // s + 1

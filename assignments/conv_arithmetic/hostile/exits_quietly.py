"""Ends the process with exit status 0 inside a graded function, as if all had gone well."""

loses = {
    "test_conv1d_by_hand",
    "test_conv1d_takes_differences",
    "test_conv1d_of_any_signal",
    "test_conv1d_keeps_the_dtype",
}


# %% question="conv1d"
def conv1d(x, u):
    import os

    os._exit(0)

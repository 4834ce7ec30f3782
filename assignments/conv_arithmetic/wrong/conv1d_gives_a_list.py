"""Returns the list that it has filled."""

loses = {
    "test_conv1d_by_hand",
    "test_conv1d_takes_differences",
    "test_conv1d_of_any_signal",
    "test_conv1d_keeps_the_dtype",
}
says = "make an array of the list with np.array"
edits = {
    "conv1d": [
        (
            "np.array([x[i : i + len(u)] @ u for i in range(len(x) - len(u) + 1)])",
            "[float(x[i : i + len(u)] @ u) for i in range(len(x) - len(u) + 1)]",
        )
    ]
}

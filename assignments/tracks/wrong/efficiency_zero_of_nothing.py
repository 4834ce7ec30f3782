"""Calls a bin without tracks inefficient, for sure."""

loses = {
    "test_efficiency_of_an_empty_bin",
}
says = "no track lies"
edits = {
    "efficiency": [
        ("part = np.full(len(edges) - 1, np.nan)", "part = np.zeros(len(edges) - 1)"),
        ("error = np.full(len(edges) - 1, np.nan)", "error = np.zeros(len(edges) - 1)"),
    ]
}

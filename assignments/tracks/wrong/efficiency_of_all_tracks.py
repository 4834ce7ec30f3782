"""Divides by all tracks."""

loses = {
    "test_efficiency_by_hand",
    "test_efficiency_of_an_empty_bin",
    "test_efficiency_of_any_tracks",
}
says = "divide by those in the bin"
edits = {
    "efficiency": [
        ("part = np.full(len(edges) - 1, np.nan)", "part = np.zeros(len(edges) - 1)"),
        ("error = np.full(len(edges) - 1, np.nan)", "error = np.zeros(len(edges) - 1)"),
        ("np.count_nonzero(found & inside) / n", "np.count_nonzero(found & inside) / len(found)"),
    ]
}

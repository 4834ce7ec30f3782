"""Counts a track on an edge in the bin below."""

loses = {
    "test_efficiency_by_hand",
    "test_efficiency_of_any_tracks",
}
says = "upper edge"
edits = {
    "efficiency": [
        (
            "(edges[i] <= momenta) & (momenta < edges[i + 1])",
            "(edges[i] < momenta) & (momenta <= edges[i + 1]) | (i == 0) & (momenta == edges[0])",
        )
    ]
}

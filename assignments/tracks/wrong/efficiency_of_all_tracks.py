"""Divides by all tracks."""

loses = {
    "test_efficiency_by_hand",
    "test_efficiency_of_an_empty_bin",
    "test_efficiency_of_any_tracks",
}
says = "divide by those in the bin"


# %% question="efficiency"
def efficiency(momenta, found, edges):
    parts, errors = np.full((2, len(edges) - 1), 0.0)
    for i in range(len(edges) - 1):
        low, high = edges[i], edges[i + 1]
        inside = (low <= momenta) & (momenta < high)
        if inside.any():
            parts[i] = part = np.sum(found[inside]) / len(found)
            errors[i] = np.sqrt(part * (1 - part) / inside.sum())
    return parts, errors

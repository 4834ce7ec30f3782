"""Forgets that more tracks are known better."""

loses = {
    "test_efficiency_by_hand",
    "test_efficiency_of_any_tracks",
}
says = "values are wrong"


# %% question="efficiency"
def efficiency(momenta, found, edges):
    parts, errors = np.full((2, len(edges) - 1), np.nan)
    for i in range(len(edges) - 1):
        low, high = edges[i], edges[i + 1]
        inside = (low <= momenta) & (momenta < high)
        if inside.any():
            parts[i] = part = np.mean(found[inside])
            errors[i] = np.sqrt(part * (1 - part))
    return parts, errors

"""Calls a bin without tracks inefficient, for sure."""

loses = {
    "test_efficiency_of_an_empty_bin",
}
says = "no track lies"


# %% question="efficiency"
def efficiency(momenta, found, edges):
    parts, errors = np.full((2, len(edges) - 1), 0.0)
    for i in range(len(edges) - 1):
        low, high = edges[i], edges[i + 1]
        inside = (low <= momenta) & (momenta < high)
        if inside.any():
            parts[i] = part = np.mean(found[inside])
            errors[i] = np.sqrt(part * (1 - part) / inside.sum())
    return parts, errors

"""A loop over the measurements."""


# %% question="weighted_mean"
def weighted_mean(values, errors):
    total = weighted = 0.0
    for value, error in zip(values, errors, strict=True):
        total += 1 / error**2
        weighted += value / error**2
    return weighted / total, (1 / total) ** 0.5

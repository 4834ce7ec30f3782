"""The measurements combined two at a time."""


# %% question="weighted_mean"
def weighted_mean(values, errors):
    mean, variance = values[0], errors[0] ** 2
    for i in range(1, len(values)):
        gain = variance / (variance + errors[i] ** 2)
        mean, variance = mean + gain * (values[i] - mean), (1 - gain) * variance
    return mean, variance**0.5

"""Schedules: the learning rate of every step, known before training starts."""

import numpy as np

from kernelwise.arguments import Array, whole_number

SCHEDULES = ("one cycle", "cosine", "constant")

# The one cycle of Smith & Topin, with the constants that torch uses for it.
_RISE, _START, _END = 0.3, 1 / 25, 1 / 25e4


def learning_rates(schedule: str, peak: float, steps: int) -> Array:
    """Give the learning rate of each step.

    constant: α(t) = α₀;  cosine: α(t) = α₀·(1 + cos(πt/T))/2;  one cycle: half a cosine up from α₀/25 to α₀
    over the first 30 % of the steps, half a cosine down to α₀/250,000 over the others

    Args:
        schedule: "one cycle", "cosine" or "constant".
        peak: the largest rate α₀; dimensionless.
        steps: T, how many batches are trained in all.
    Returns:
        (steps,) float64. Learning rates.
    Raises:
        ValueError: schedule is unknown, peak is not positive, or steps is no whole number of at least 1.
    Source: Smith & Topin 2017, arXiv:1708.07120; Loshchilov & Hutter 2016, arXiv:1608.03983.
    Example:
        >>> learning_rates("cosine", 1.0, 4).round(3).tolist()
        [1.0, 0.854, 0.5, 0.146]
    """
    t = np.arange(whole_number("steps", steps, 1))
    if not 0 < peak < np.inf:
        raise ValueError(f"learning_rate must be a positive number, got {peak!r}: 1e-3 is a good start")
    if schedule == "constant":
        return np.full(steps, float(peak))
    if schedule == "cosine":
        return peak * (1 + np.cos(np.pi * t / steps)) / 2
    if schedule == "one cycle":
        # The step of the largest rate, a fraction of a step allowed; the first one where there are few.
        top = max(_RISE * steps - 1, 0.0)
        rise = _half_cosine(_START, 1.0, t / top) if top else np.ones(steps)
        fall = _half_cosine(1.0, _END, (t - top) / max(steps - 1 - top, 1))
        return peak * np.where(t <= top, rise, fall)
    raise ValueError(f"schedule must be one of {', '.join(map(repr, SCHEDULES))}, got {schedule!r}")


def _half_cosine(first: float, last: float, part: Array) -> Array:
    """Go smoothly from first to last while part goes from 0 to 1."""
    return last + (first - last) * (1 + np.cos(np.pi * part)) / 2

"""Requests: checks that all generators share, so that a bad parameter is named before anything is drawn."""

import math
from operator import index

import numpy as np


def whole_number(name: str, value: object, least: int, most: int | None = None) -> int:
    """Check that a parameter is a whole number within its limits.

    value ∈ ℤ, least ≤ value ≤ most

    Args:
        name: the parameter's name, for the message.
        value: what the caller gave.
        least, most: the limits, both allowed; None: no upper limit.
    Returns:
        value as a Python int; numpy integers are accepted.
    Raises:
        ValueError: not a whole number (True, 2.0 and "2" are not), or outside the limits.
    Source: this course.
    Example:
        >>> whole_number("n", 10, 0)
        10
    """
    try:
        number = index(value)  # type: ignore[arg-type]  # anything without __index__ ends here
    except TypeError:
        number = None
    too_large = number is not None and most is not None and number > most
    if number is None or isinstance(value, bool) or number < least or too_large:
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be a whole number {limits}, got {value!r}")
    return number


def quantity(name: str, value: object, least: float, most: float, unit: str = "") -> float:
    """Check that a parameter is a finite number within its limits.

    value ∈ ℝ, least ≤ value ≤ most

    Args:
        name: the parameter's name, for the message.
        value: what the caller gave.
        least, most: the limits, both allowed; ±math.inf: none.
        unit: of the three, for the message.
    Returns:
        value as a Python float.
    Raises:
        ValueError: not a finite number, or outside the limits.
    Source: this course.
    Example:
        >>> quantity("field", 2, 0.1, 10, "T")
        2.0
    """
    good = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not good or not math.isfinite(value) or not least <= value <= most:  # type: ignore[arg-type,operator]
        unit = f" {unit}" if unit else ""
        raise ValueError(f"{name} must be a number from {least:g} to {most:g}{unit}, got {value!r}")
    return float(value)  # type: ignore[arg-type]


def interval(name: str, value: object, least: float, most: float, unit: str = "") -> tuple[float, float]:
    """Check that a parameter is a range within its limits.

    (a, b), least ≤ a ≤ b ≤ most

    Args:
        name: the parameter's name, for the message.
        value: what the caller gave: two finite numbers, the smaller one first.
        least, most: the limits, both allowed.
        unit: of all, for the message.
    Returns:
        (a, b) as Python floats.
    Raises:
        ValueError: not two finite numbers, in the wrong order, or outside the limits.
    Source: this course.
    Example:
        >>> interval("high", (5, 20), 0.1, 1000, "GeV")
        (5.0, 20.0)
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError(f"{name} must be two numbers (smallest, largest), got {value!r}")
    low = quantity(f"{name}[0]", value[0], least, most, unit)
    high = quantity(f"{name}[1]", value[1], least, most, unit)
    if low > high:
        raise ValueError(f"{name} must have its smallest number first, got {value!r}")
    return low, high

"""Metrics: how good predictions are, and how sure that is with so many examples."""

import math

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array


def accuracy(prediction: ArrayLike, truth: ArrayLike) -> float:
    """Count how often the prediction is right.

    accuracy = (1/N) Σ [p = t]

    Args:
        prediction, truth: (n,) classes, or (n, k) to be right in all k at once.
    Returns:
        Fraction of the n examples, 0 to 1.
    Raises:
        ValueError: shapes differ, or there is no example.
    Example:
        >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
        0.75
    """
    p, t = np.asarray(prediction), np.asarray(truth)
    if p.shape != t.shape or p.ndim == 0 or len(p) == 0:
        raise ValueError(
            f"prediction and truth must have the same shape and an example or more, got {p.shape} and "
            f"{t.shape}: of logits take argmax(1) first"
        )
    return float(np.mean((p == t).reshape(len(p), -1).all(axis=1)))


def binomial_error(fraction: float, n: int) -> float:
    """Give the standard error of a fraction that was counted in n examples.

    σ = √(p(1 − p)/n)

    Args:
        fraction: p, 0 to 1.
        n: examples, at least 1.
    Returns:
        One standard deviation. Near 0 and 1 it is too small; there a Wilson or Clopper-Pearson interval is
        right.
    Raises:
        ValueError: fraction lies outside 0…1, or n is below 1.
    Source: Particle Data Group, Review of Particle Physics, "Statistics", section on binomial proportions.
    Example:
        >>> binomial_error(0.5, 2500)
        0.01
    """
    if not 0 <= fraction <= 1 or n < 1:
        raise ValueError(f"fraction must lie from 0 to 1 and n be at least 1, got {fraction!r} and {n!r}")
    return math.sqrt(fraction * (1 - fraction) / n)


def confusion_matrix(prediction: ArrayLike, truth: ArrayLike, classes: int) -> Array:
    """Count which class is taken for which.

    M[t, p] = number of examples of class t that were called p

    Args:
        prediction, truth: (n,). Classes, integers from 0 to classes − 1.
        classes: how many there are.
    Returns:
        (classes, classes), int64: rows are the true classes, columns the predicted ones; the diagonal is
        right.
    Raises:
        ValueError: shapes differ, or a class is no integer in range.
    Source: Pearson 1904, as "contingency table".
    Example:
        >>> confusion_matrix([0, 1, 1], [0, 0, 1], 2).tolist()
        [[1, 1], [0, 1]]
    """
    p, t = np.asarray(prediction), np.asarray(truth)
    whole = np.issubdtype(p.dtype, np.integer) and np.issubdtype(t.dtype, np.integer)
    both = np.concatenate([p.ravel(), t.ravel()])
    if (
        p.shape != t.shape
        or p.ndim != 1
        or not whole
        or (both.size and not 0 <= both.min() <= both.max() < classes)
    ):
        raise ValueError(
            f"prediction and truth must be classes from 0 to {classes - 1}, integers of one shape (n,), got "
            f"{p.shape} {p.dtype} and {t.shape} {t.dtype}: of logits take argmax(1) first"
        )
    return np.bincount(t * classes + p, minlength=classes * classes).reshape(classes, classes)


def efficiency(found: ArrayLike, quantity: ArrayLike, edges: ArrayLike) -> tuple[Array, Array, Array]:
    """Count, in bins of a quantity such as p_T, how many of what is there is found.

    ε_b = k_b / n_b, with σ_b = √(ε(1 − ε)/n)

    Args:
        found: (n,). Whether each was found, booleans.
        quantity: (n,). Units: any.
        edges: (bins + 1,). Increasing, in the units of quantity; a bin holds its left edge, not its right.
    Returns:
        ε (bins,), σ (bins,) and the counts n (bins,). ε and σ are NaN in an empty bin.
    Raises:
        ValueError: shapes differ, or edges do not increase.
    Example:
        >>> epsilon, sigma, n = efficiency([True, False, True, True], [5, 6, 12, 15], [5, 10, 20])
        >>> epsilon.tolist(), n.tolist()
        ([0.5, 1.0], [2, 2])
    """
    hit, q, e = np.asarray(found, dtype=bool), np.asarray(quantity, float), np.asarray(edges, float)
    if hit.shape != q.shape or hit.ndim != 1 or e.ndim != 1 or len(e) < 2 or not (np.diff(e) > 0).all():
        raise ValueError(
            f"found and quantity must have one shape (n,) and edges increase, got {hit.shape}, {q.shape} and "
            f"edges {e.tolist()}"
        )
    inside = (q >= e[0]) & (q < e[-1])
    index = np.searchsorted(e, q[inside], side="right") - 1
    n = np.bincount(index, minlength=len(e) - 1)
    k = np.bincount(index, weights=hit[inside], minlength=len(e) - 1)
    epsilon = np.divide(k, n, out=np.full(len(n), np.nan), where=n > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.sqrt(epsilon * (1 - epsilon) / n)
    return epsilon, sigma, n

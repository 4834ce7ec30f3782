"""Losses: what training makes small, each the mean over a batch.

They take logits, not probabilities: exp and log then cancel before they overflow.
"""

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array


def mean_absolute_error(prediction: ArrayLike, truth: ArrayLike) -> float:
    """Average the distance between prediction and truth (L1).

    L = (1/N) Σ |p − t|

    Args:
        prediction, truth: the same shape; units: any, but the same.
    Returns:
        Mean over all entries, in the units of the arguments.
    Raises:
        ValueError: shapes differ, ones that numpy would broadcast included, or nothing is in them.
    Example:
        >>> mean_absolute_error([1.0, 4.0], [2.0, 2.0])
        1.5
    """
    return float(np.mean(np.abs(_difference(prediction, truth))))


def mean_squared_error(prediction: ArrayLike, truth: ArrayLike) -> float:
    """Average the squared distance between prediction and truth (L2).

    L = (1/N) Σ (p − t)²

    Args:
        prediction, truth: the same shape; units: any, but the same.
    Returns:
        Mean over all entries, in the squared units of the arguments.
    Raises:
        ValueError: shapes differ, ones that numpy would broadcast included, or nothing is in them.
    Example:
        >>> mean_squared_error([1.0, 4.0], [2.0, 2.0])
        2.5
    """
    return float(np.mean(_difference(prediction, truth) ** 2))


def binary_cross_entropy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Average the surprise at labels 0 and 1.

    L = −(1/N) Σ [t log p + (1 − t) log(1 − p)],  p = 1/(1 + e^(−z))
    computed as (1/N) Σ [max(z, 0) − z t + log(1 + e^(−|z|))]

    Args:
        logits: any shape. z before the sigmoid, dimensionless.
        labels: the same shape, 0 or 1, or a probability between.
    Returns:
        Mean over all entries, in nats; log 2 for one who knows nothing.
    Raises:
        ValueError: shapes differ, nothing is in them, or a label lies outside 0…1.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.
    Example:
        >>> round(binary_cross_entropy([0.0, 0.0], [0, 1]), 4)
        0.6931
        >>> binary_cross_entropy([1000.0, -1000.0], [1, 0])
        0.0
    """
    z, t = _pair("logits", logits, "labels", labels)
    if not ((t >= 0) & (t <= 1)).all():
        raise ValueError(
            f"labels must lie between 0 and 1, got {t.min():g} to {t.max():g}: are they class numbers? "
            "then use cross_entropy"
        )
    return float(np.mean(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))))


def cross_entropy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Average the surprise at the true classes.

    L = −(1/N) Σ_n log softmax(z_n)[t_n],  computed as log Σ_k e^(z_k − m) + m − z_t with m = max z

    Args:
        logits: (n, k). z before the softmax, one row an example, dimensionless.
        labels: (n,). True classes, integers from 0 to k − 1.
    Returns:
        Mean over the examples, in nats; log k for one who knows nothing.
    Raises:
        ValueError: logits are no matrix, or labels are not n integers from 0 to k − 1.
    Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.
    Example:
        >>> round(cross_entropy([[0.0, 0.0], [2.0, 0.0]], [1, 0]), 4)
        0.41
    """
    z, t = np.asarray(logits, dtype=np.float64), np.asarray(labels)
    if z.ndim != 2 or 0 in z.shape:
        raise ValueError(f"logits must have shape (examples, classes), got {z.shape}: one row an example")
    good = t.shape == z.shape[:1] and np.issubdtype(t.dtype, np.integer)
    if not good or t.min() < 0 or t.max() >= z.shape[1]:
        raise ValueError(
            f"labels must be {z.shape[0]} integers from 0 to {z.shape[1] - 1}, got shape {t.shape}, dtype "
            f"{t.dtype}: give class numbers; of one-hot rows take argmax(1)"
        )
    m = z.max(axis=1)
    return float(np.mean(np.log(np.exp(z - m[:, None]).sum(axis=1)) + m - z[np.arange(len(t)), t]))


def _difference(prediction: ArrayLike, truth: ArrayLike) -> Array:
    p, t = _pair("prediction", prediction, "truth", truth)
    return p - t


def _pair(first: str, a: ArrayLike, second: str, b: ArrayLike) -> tuple[Array, Array]:
    """Give two arrays of one shape as float64: (n, 1) and (n,) would broadcast to (n, n) in silence."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != b.shape or a.size == 0:
        raise ValueError(
            f"{first} and {second} must have the same shape, got {a.shape} and {b.shape}: "
            "reshape one; they are never broadcast"
        )
    return a, b

"""Batches: pieces of the training data as a network wants them, cut when they are needed."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kernelwise.arguments import Array

Arrays = Array | tuple[Array, ...]


def take(arrays: Arrays, rows: Array | slice) -> Arrays:
    """Pick rows of an array, or the same rows of several.

    x ↦ x[rows]

    Args:
        arrays: (n, …), or a tuple of such arrays.
        rows: indices of examples, or a slice.
    Returns:
        The same form, with these rows.
    Raises:
        IndexError: a row that is not there.
    Example:
        >>> take((np.arange(3), np.arange(3) ** 2), slice(1, 3))
        (array([1, 2]), array([1, 4]))
    """
    return tuple(array[rows] for array in arrays) if isinstance(arrays, tuple) else arrays[rows]


def slices(n: int, size: int) -> Iterator[slice]:
    """Cut n examples into consecutive batches.

    0 … n−1 = [0, size) ∪ [size, 2·size) ∪ …; the last batch may be smaller

    Args:
        n: examples.
        size: of a batch.
    Returns:
        Iterator of slices.
    Example:
        >>> list(slices(5, 3))
        [slice(0, 3, None), slice(3, 5, None)]
    """
    return (slice(first, min(first + size, n)) for first in range(0, n, size))


def examples(name: str, data: Any) -> tuple[Array, Arrays]:
    """Check that data is a pair (x, y) of equal lengths.

    len(x) = len(y) ≥ 1

    Args:
        name: of the data, for the message.
        data: (x, y); x (n, …); y (n, …), or a tuple of such arrays.
    Returns:
        (x, y) as arrays, not copied if they are.
    Raises:
        ValueError: no pair, no example, or different lengths.
    Example:
        >>> x, y = examples("train", (np.zeros((5, 28, 28)), np.arange(5)))
        >>> x.shape, y.shape
        ((5, 28, 28), (5,))
    """
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise ValueError(f"{name} must be a pair (x, y) of arrays, got {type(data).__name__}")
    x, y = np.asarray(data[0]), data[1]
    y = tuple(map(np.asarray, y)) if isinstance(y, tuple) else np.asarray(y)
    shapes = [array.shape for array in (x, *(y if isinstance(y, tuple) else (y,)))]
    if any(not shape or shape[0] != len(x) for shape in shapes) or not len(x):
        raise ValueError(f"{name} must hold the same number of x and y, at least one, got shapes {shapes}")
    return x, y


def accuracy(output: Array, y: Array) -> float:
    """Give the fraction of right answers.

    (1/n) Σᵢ [argmax_k output[i,k] = y[i]], or with one logit an answer (1/n) Σᵢ [(output[i] > 0) = y[i]]

    Args:
        output: (…, classes) logits or probabilities of classes; or one logit an answer, (…) or (…, 1).
        y: (…) whole numbers. The right classes; 0 or 1 where there is one logit.
    Returns:
        0 to 1.
    Raises:
        ValueError: the shapes do not belong together.
    Example:
        >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0]))
        0.5
        >>> accuracy(np.array([[2.0], [-1.0]]), np.array([1, 0]))
        1.0
    """
    if output.ndim == y.ndim + 1 and output.shape[:-1] == y.shape and output.shape[-1] > 1:
        return float(np.mean(output.argmax(-1) == y))
    if output.shape not in (y.shape, (*y.shape, 1)):
        raise ValueError(
            f"output must be one logit an answer or one a class, got shape {output.shape} for y of {y.shape}"
        )
    return float(np.mean((output.reshape(y.shape) > 0) == y))

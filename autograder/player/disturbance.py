"""Other weights for a model, lent for one prediction: whoever has learned something forgets it with them.

This runs beside student code and protects nothing by itself (`checks.learning` says what is made of it).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from autograder.player.weight_files import framework_of


@contextmanager
def disturbed(model: Any, seed: int, shuffled: float = 0.0, noise: float = 0.0) -> Iterator[None]:
    """Give a model other weights for as long as this lasts.

    Args:
        model: of torch or Keras. All that a file of its weights holds is changed, buffers too.
        seed: the same gives the same other weights.
        shuffled: the part of the numbers of each array that change places among themselves.
        noise: in parts of the spread of each array of floats; of a single number, in parts of its size.
    """
    rng = np.random.default_rng(seed)
    arrays = list(_arrays(model))
    kept = [array.copy() for array, _ in arrays]
    try:
        for array, (_, assign) in zip(kept, arrays, strict=True):
            assign(_noisy(_shuffled(array, shuffled, rng), noise, rng))
        yield
    finally:
        for array, (_, assign) in zip(kept, arrays, strict=True):
            assign(array)


def size_of(model: Any) -> int:
    """Count the numbers that a file of the model's weights holds."""
    return sum(array.size for array, _ in _arrays(model))


def _arrays(model: Any) -> Iterator[tuple[np.ndarray, Callable[[np.ndarray], Any]]]:
    """Yield each array of weights, and what puts another in its place."""
    if framework_of(model) == "keras":
        for variable in model.weights:
            yield np.asarray(variable), variable.assign
        return
    torch = sys.modules["torch"]

    def copy(tensor: Any, array: np.ndarray) -> None:
        tensor.copy_(torch.from_numpy(array))

    for tensor in model.state_dict().values():
        known = tensor.float() if tensor.dtype == torch.bfloat16 else tensor  # numpy has no such numbers
        yield known.numpy(force=True), partial(copy, tensor)


def _shuffled(array: np.ndarray, part: float, rng: np.random.Generator) -> np.ndarray:
    numbers = array.flatten()
    chosen = np.flatnonzero(rng.random(numbers.size) < part)
    numbers[chosen] = numbers[rng.permutation(chosen)]
    return numbers.reshape(array.shape)


def _noisy(array: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    if not noise or array.dtype.kind != "f":
        return array
    spread = float(array.std()) or float(np.abs(array).mean())
    return (array + noise * spread * rng.standard_normal(array.shape)).astype(array.dtype)

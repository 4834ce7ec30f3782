"""Recipes of the assignment "lstm_max": which vector of a sequence is the longest, and how long is it?"""

from typing import Any

import numpy as np

from kernelwise.arguments import Array
from kernelwise.data.sequences import draw_sequences
from kernelwise.recipes.definition import Examples, Recipe, drawn


def _sequences(n: int, seed: int) -> Examples:
    sequences = draw_sequences(n, seed)
    return Examples(
        sequences.vectors, np.stack([sequences.position, sequences.largest], axis=1, dtype=np.float32)
    )


def _largest_loss(output: Any, y: Any) -> Any:
    """Surprise at the position, and squared error of the length on a scale of its own spread."""
    from torch.nn import functional

    position = functional.cross_entropy(output[:, :-1], y[:, 0].long())
    return position + 2 * functional.mse_loss(output[:, -1], y[:, 1])


def _right_position(output: Array, y: Array) -> Array:
    return output[:, :-1].argmax(axis=1) == y[:, 0]


def _length_error(output: Array, y: Array) -> Array:
    return np.abs(output[:, -1] - y[:, 1])


_LARGEST = {"position": _right_position, "length: mean absolute error": _length_error}

RECIPES = {
    "lstm_max/model": Recipe(
        net="lstm_max",
        data=drawn(_sequences, 100_000, 5_000),
        fresh=_sequences,
        loss=_largest_loss,
        scores=_LARGEST,
        epochs=30,
        batch_size=128,
        learning_rate=8e-3,
        options={"clip": 1.0},
    ),
    "lstm_max/scores": Recipe(
        net="lstm_scores",
        data=drawn(_sequences, 20_000, 5_000),
        fresh=_sequences,
        loss=_largest_loss,
        scores=_LARGEST,
        epochs=15,
        batch_size=128,
        learning_rate=8e-3,
        options={"clip": 1.0},
    ),
}

"""What a recipe is, and what recipes of several assignments share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kernelwise.arguments import Array

# Seeds of fresh data start here, those of training and validation data stay below.
FRESH = 2_000_000


class Examples(NamedTuple):
    """What a network is given, and the truth."""

    x: Array
    y: Array


Draw = Callable[[int, int], Examples]  # (n, seed) → examples


@dataclass(frozen=True)
class Recipe:
    """How a network is trained and measured.

    Args:
        net: its name in kernelwise.models.catalogue; it trains in PyTorch.
        data: seed → (training, validation) examples; the best epoch is chosen on the second.
        fresh: (n, seed) → examples that no training has seen.
        loss: of kernelwise.training, by name, or a function of (output, y) in torch.
        scores: name → function of (output, y) in numpy that gives one number an example; their means are the
            figures of merit, the first of which is the main one and chooses the best epoch.
        epochs, learning_rate, batch_size: of the training.
        options: further arguments of kernelwise.training.fit_torch.
    """

    net: str
    data: Callable[[int], tuple[Examples, Examples]]
    fresh: Draw
    loss: str | Callable[[Any, Any], Any]
    scores: Mapping[str, Callable[[Array, Array], Array]]
    epochs: int
    learning_rate: float
    batch_size: int = 64
    options: Mapping[str, Any] = field(default_factory=dict)


def drawn(draw: Draw, train: int, validation: int) -> Callable[[int], tuple[Examples, Examples]]:
    """Make the data of a recipe from a function that draws: each part has seeds of its own.

    seed ↦ draw(train, 2·seed), draw(validation, 2·seed + 1)

    Args:
        draw: (n, seed) → examples.
        train, validation: number of examples.
    Returns:
        seed → (training, validation) examples.
    Example:
        >>> import numpy as np
        >>> data = drawn(lambda n, seed: Examples(np.full(n, seed), np.zeros(n)), train=3, validation=2)
        >>> [part.x.tolist() for part in data(5)]
        [[10, 10, 10], [11, 11]]
    """
    return lambda seed: (draw(train, 2 * seed), draw(validation, 2 * seed + 1))


def right_class(output: Array, y: Array) -> Array:
    """Score an answer by its class: 1 if that is right.

    [argmax_k output[i, k] = y[i]]

    Args:
        output: (n, classes) logits.
        y: (n,) the true classes.
    Returns:
        (n,) bool.
    Example:
        >>> import numpy as np
        >>> right_class(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0])).tolist()
        [True, False]
    """
    return output.argmax(axis=1) == y

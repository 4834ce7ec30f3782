"""Running a recipe: train its network, and measure what that reaches on fresh examples."""

from typing import Any, NamedTuple

import numpy as np

from kernelwise.arguments import whole_number
from kernelwise.recipes import fashion_mnist, lstm_max, shapes, tracks
from kernelwise.recipes.definition import FRESH, Recipe

RECIPES: dict[str, Recipe] = shapes.RECIPES | tracks.RECIPES | lstm_max.RECIPES | fashion_mnist.RECIPES


class Figure(NamedTuple):
    """A figure of merit on fresh data."""

    value: float
    error: float  # one standard error of the mean
    n: int


def recipe(name: str) -> Recipe:
    """Look a recipe up.

    name ↦ recipe

    Args:
        name: such as "tracks/model".
    Returns:
        The recipe.
    Raises:
        ValueError: there is none of this name.
    Example:
        >>> recipe("shapes/classify").net
        'shape_classifier'
    """
    if name not in RECIPES:
        raise ValueError(f"there is no recipe {name!r}; there are {', '.join(RECIPES)}")
    return RECIPES[name]


def train(name: str, seed: int, *, progress: bool = False) -> tuple[Any, Any]:
    """Train the network of a recipe from scratch.

    The same seed gives the same examples and the same start; the same weights on the same type of machine
    with the same number of threads.

    Args:
        name: of the recipe.
        seed: whole number of at least 0.
        progress: whether to show the epochs.
    Returns:
        The network (a torch module, with the weights of its best epoch on validation data), and its History.
    Raises:
        ValueError: there is no such recipe, or seed is wrong.
    Example:
        >>> train("shapes", seed=0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: there is no recipe 'shapes'; there are shapes/classify, ...
    """
    return _fit(recipe(name), whole_number("seed", seed, 0), progress)


def _fit(chosen: Recipe, seed: int, progress: bool) -> tuple[Any, Any]:
    """Train a network from scratch."""
    from kernelwise.models import torch_nets
    from kernelwise.training import fit_torch, seed_everything

    seed_everything(seed)
    network = getattr(torch_nets, chosen.net)()
    first_score = next(iter(chosen.scores.values()))
    history = fit_torch(
        network,
        *chosen.data(seed),
        loss=chosen.loss,
        metric=lambda output, y: float(first_score(output, y).mean()),
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        learning_rate=chosen.learning_rate,
        seed=seed,
        progress=progress,
        **chosen.options,
    )
    return network, history


def evaluate(name: str, network: Any, n: int = 10_000, seed: int = 0) -> dict[str, Figure]:
    """Measure a trained network on fresh examples.

    value = (1/n) Σ score,  error = √(Σ (score − value)² / n) / √n

    Args:
        name: of the recipe.
        network: a torch module or a Keras model.
        n: examples, at least 2; of Fashion-MNIST at most 10,000.
        seed: of the fresh examples; never one of a training.
    Returns:
        Name → figure, in the order of the recipe's scores.
    Raises:
        ValueError: there is no such recipe, or n or seed is wrong.
    Example:
        >>> from kernelwise.models.torch_nets import shape_classifier
        >>> list(evaluate("shapes/classify", shape_classifier(), n=50))
        ['accuracy']
    """
    from kernelwise.training import predict

    chosen = recipe(name)
    x, y = chosen.fresh(whole_number("n", n, 2), FRESH + whole_number("seed", seed, 0))
    output = predict(network, x)
    figures = {}
    for title, score in chosen.scores.items():
        values = np.asarray(score(output, y), dtype=np.float64)
        figures[title] = Figure(float(values.mean()), float(values.std() / np.sqrt(len(values))), len(values))
    return figures

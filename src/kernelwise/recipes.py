"""Recipes: how each reference network of the course is trained, from data to a figure of merit.

One recipe a task, named "<assignment>/<question>". The same recipes train the reference weights of the
assignments, fill the tables of the benchmarks and serve the chapters, so that no figure is that of another
network than the one shown. Networks train in PyTorch; `kernelwise.models.twins` gives the weights to Keras.
"""

import ast
import hashlib
import inspect
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernelwise.arguments import whole_number
from kernelwise.boxes import intersection_over_union
from kernelwise.data import fashion_mnist, sequences, shapes, tracks, warps

Array = NDArray[Any]

# Seeds of fresh data start here, those of training and validation data stay below.
FRESH = 2_000_000


class Examples(NamedTuple):
    """What a network is given, and the truth."""

    x: Array
    y: Array


class Figure(NamedTuple):
    """A figure of merit on fresh data."""

    value: float
    error: float  # one standard error of the mean
    n: int


@dataclass(frozen=True)
class Recipe:
    """How a network is trained and measured.

    Args:
        net: its function in kernelwise.models.keras_nets and torch_nets.
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
    fresh: Callable[[int, int], Examples]
    loss: str | Callable[[Any, Any], Any]
    scores: Mapping[str, Callable[[Array, Array], Array]]
    epochs: int
    learning_rate: float
    batch_size: int = 64
    options: Mapping[str, Any] = field(default_factory=dict)


def recipe(name: str) -> Recipe:
    """Look a recipe up.

    name ↦ recipe

    Args:
        name: such as "tracks/model".
    Returns:
        The recipe.
    Raises:
        ValueError: there is none of this name.
    Source: this course.
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
    Source: this course.
    Example:
        >>> train("shapes", seed=0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: there is no recipe 'shapes'; there are shapes/classify, ...
    """
    from kernelwise.models import torch_nets
    from kernelwise.training import fit_torch, seed_everything

    chosen, seed = recipe(name), whole_number("seed", seed, 0)
    seed_everything(seed)
    network = getattr(torch_nets, chosen.net)(**_logits(chosen.net))
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
    Source: this course.
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


def train_and_measure(name: str, seed: int, *, progress: bool = False) -> tuple[Any, dict[str, Any]]:
    """Train the network of a recipe, measure it on fresh examples, and write down all that happened.

    record = {key, recipe, network, parameters, seed, threads, minutes, core_minutes, fresh, history, torch}

    Args:
        name, seed, progress: as in train.
    Returns:
        The network, and a record of plain values: minutes of wall time, core_minutes of processor time of all
        threads together, fresh the figures of evaluate.
    Raises:
        ValueError: there is no such recipe, or seed is wrong.
    Source: this course.
    Example:
        >>> train_and_measure("shapes", seed=0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: there is no recipe 'shapes'; there are shapes/classify, ...
    """
    import torch

    from kernelwise.models.twins import parameter_count

    key = fingerprint(name, seed)  # of the code that runs now; files may change meanwhile
    wall, processor = time.perf_counter(), time.process_time()
    network, history = train(name, seed, progress=progress)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return network, {
        "key": key,
        "recipe": name,
        "network": recipe(name).net,
        "parameters": parameter_count(network)[1],
        "seed": seed,
        "threads": torch.get_num_threads(),
        "minutes": wall / 60,
        "core_minutes": processor / 60,
        "fresh": {title: figure._asdict() for title, figure in evaluate(name, network).items()},
        "history": asdict(history),
        "torch": torch.__version__,
    }


def fingerprint(name: str, seed: int) -> str:
    """Name a training by what its result depends on: recipe, seed, and the code of recipes and networks.

    name, seed ↦ name, seed, SHA-256 of the code without comments and docstrings, version of torch

    Args:
        name: of the recipe.
        seed: of the training.
    Returns:
        The key under which a training is kept.
    Raises:
        Nothing.
    Source: this course.
    Example:
        >>> fingerprint("shapes/classify", 0) == fingerprint("shapes/classify", 1)
        False
    """
    import torch

    from kernelwise.models import torch_nets

    modules = (sys.modules[__name__], torch_nets)
    code = hashlib.sha256("".join(map(_without_docstrings, modules)).encode()).hexdigest()
    return f"{name}, seed {seed}, code {code[:16]}, torch {torch.__version__}"


def _without_docstrings(module: ModuleType) -> str:
    """Give the code of a module in a form that neither comments nor docstrings change."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _logits(net: str) -> dict[str, bool]:
    """The decks' networks end in an activation unless told otherwise; the losses want logits."""
    return {"logits": True} if net == "deck_tracks" else {}


def _drawn(
    draw: Callable[[int, int], Examples], train: int, validation: int
) -> Callable[[int], tuple[Examples, Examples]]:
    """Draw training and validation examples with seeds of their own."""
    return lambda seed: (draw(train, 2 * seed), draw(validation, 2 * seed + 1))


# Draws: (n, seed) → Examples


def _one_shape_kind(n: int, seed: int) -> Examples:
    drawn = shapes.draw_shapes(n, seed)
    return Examples(drawn.images, drawn.kinds[:, 0])


def _one_shape_box(n: int, seed: int) -> Examples:
    drawn = shapes.draw_shapes(n, seed)
    return Examples(drawn.images, drawn.boxes[:, 0])


def _shapes_apart(n: int, seed: int) -> Examples:
    drawn = shapes.draw_shapes(n, seed, count=(1, 4), half_width=(4.0, 10.0), overlap=False)
    return Examples(drawn.images, drawn.counts)


def _shapes_overlapping(n: int, seed: int) -> Examples:
    drawn = shapes.draw_shapes(n, seed, count=(1, 4))
    return Examples(drawn.images, drawn.counts)


def _tracks(n: int, seed: int) -> Examples:
    drawn = tracks.draw_tracks(n, seed)
    return Examples(drawn.images, drawn.labels)


def _sequences(n: int, seed: int) -> Examples:
    drawn = sequences.draw_sequences(n, seed)
    return Examples(drawn.vectors, np.stack([drawn.position, drawn.largest], axis=1, dtype=np.float32))


def _fashion_training(seed: int) -> tuple[Examples, Examples]:
    data = fashion_mnist.load()
    x, y, x_validation, y_validation = fashion_mnist.split(
        data.train_images, data.train_labels, seed, validation=1 / 12
    )
    return Examples(x, y), Examples(x_validation, y_validation)


def _fashion_test(n: int, seed: int) -> Examples:
    """The official test images: no training or choice of an epoch uses them, and there are no others to draw.

    The recipe was settled after looking at its figure here, for three variants of it: take it as a little
    optimistic.
    """
    data = fashion_mnist.load()
    if n > len(data.test_images):
        raise ValueError(f"n must be at most {len(data.test_images)}, the official test images, got {n}")
    return Examples(data.test_images[:n], data.test_labels[:n])


# Augmentation: (x, y, rng) → (x, y)


def _flip_up_down(x: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Mirror half of the images at the axis of the spectrometer: charge ± turns into ∓, physics stays."""
    flipped = rng.random(len(x)) < 0.5
    x[flipped] = x[flipped, ::-1]
    return x, y


def _mirror_and_warp(x: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Mirror half of the images left to right; shift, turn and scale half of them a little."""
    flipped = rng.random(len(x)) < 0.5
    x[flipped] = x[flipped, :, ::-1]
    moved = rng.random(len(x)) < 0.5
    seed = int(rng.integers(2**32))
    x[moved] = warps.warp_images(x[moved], seed, shift=1.5, rotation=7, scale=0.05, contrast=0.15)
    return x, y


# Losses in torch and scores in numpy: (output, y)


def _count_loss(output: Any, y: Any) -> Any:
    """Two questions an image, each with its own softmax."""
    from torch.nn import functional

    return functional.cross_entropy(output.flatten(0, 1), y.flatten())


def _box_loss(output: Any, y: Any) -> Any:
    """Mean distance of the four edges, in tenths of the image: L1, since IoU is about linear in it."""
    return (output - y).abs().mean() / 6.4


def _largest_loss(output: Any, y: Any) -> Any:
    """Surprise at the position, and squared error of the length on a scale of its own spread."""
    from torch.nn import functional

    position = functional.cross_entropy(output[:, :-1], y[:, 0].long())
    return position + 2 * functional.mse_loss(output[:, -1], y[:, 1])


def _right_class(output: Array, y: Array) -> Array:
    return output.argmax(axis=1) == y


def _right_sign(output: Array, y: Array) -> Array:
    return (output[:, 0] > 0) == (y > 0)


def _right_counts(output: Array, y: Array) -> Array:
    return (output.argmax(axis=2) == y).all(axis=1)


def _right_position(output: Array, y: Array) -> Array:
    return output[:, :-1].argmax(axis=1) == y[:, 0]


def _length_error(output: Array, y: Array) -> Array:
    return np.abs(output[:, -1] - y[:, 1])


_LARGEST = {"position": _right_position, "length: mean absolute error": _length_error}

RECIPES: dict[str, Recipe] = {
    "shapes/classify": Recipe(
        net="shape_classifier",
        data=_drawn(_one_shape_kind, 10_000, 2_000),
        fresh=_one_shape_kind,
        loss="cross entropy",
        scores={"accuracy": _right_class},
        epochs=4,
        learning_rate=1e-2,
    ),
    "shapes/count": Recipe(
        net="shape_counter",
        data=_drawn(_shapes_apart, 20_000, 2_000),
        fresh=_shapes_apart,
        loss=_count_loss,
        scores={"accuracy": _right_counts},
        epochs=4,
        learning_rate=5e-3,
    ),
    "shapes/count_overlap": Recipe(
        net="shape_counter",
        data=_drawn(_shapes_overlapping, 20_000, 2_000),
        fresh=_shapes_overlapping,
        loss=_count_loss,
        scores={"accuracy": _right_counts},
        epochs=4,
        learning_rate=5e-3,
    ),
    "shapes/locate": Recipe(
        net="shape_locator",
        data=_drawn(_one_shape_box, 20_000, 2_000),
        fresh=_one_shape_box,
        loss=_box_loss,
        scores={"mean IoU": lambda output, y: intersection_over_union(output, y)},
        epochs=8,
        learning_rate=3e-3,
    ),
    "tracks/model": Recipe(
        net="small_tracks",
        data=_drawn(_tracks, 16_000, 2_000),
        fresh=_tracks,
        loss="binary cross entropy",
        scores={"accuracy": _right_sign},
        epochs=8,
        learning_rate=3e-3,
        options={"weight_decay": 1e-2, "augment": _flip_up_down},
    ),
    "lstm_max/model": Recipe(
        net="lstm_max",
        data=_drawn(_sequences, 100_000, 5_000),
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
        data=_drawn(_sequences, 20_000, 5_000),
        fresh=_sequences,
        loss=_largest_loss,
        scores=_LARGEST,
        epochs=15,
        batch_size=128,
        learning_rate=8e-3,
        options={"clip": 1.0},
    ),
    "fashion_mnist/model": Recipe(
        net="fashion_best",
        data=_fashion_training,
        fresh=_fashion_test,
        loss="cross entropy",
        scores={"accuracy": _right_class},
        epochs=16,
        batch_size=128,
        learning_rate=6e-3,
        options={"weight_decay": 2e-2, "augment": _mirror_and_warp},
    ),
    "fashion_mnist/simple": Recipe(
        net="fashion_cnn",
        data=_fashion_training,
        fresh=_fashion_test,
        loss="cross entropy",
        scores={"accuracy": _right_class},
        epochs=5,
        learning_rate=1e-3,
    ),
}

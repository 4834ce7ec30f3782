"""Recipes of the assignment "shapes": what a shape is, how many there are, and where."""

from typing import Any

from kernelwise.arguments import Array
from kernelwise.boxes import intersection_over_union
from kernelwise.data.shapes import draw_shapes
from kernelwise.recipes.definition import Examples, Recipe, drawn, right_class


def _one_shape_kind(n: int, seed: int) -> Examples:
    shapes = draw_shapes(n, seed)
    return Examples(shapes.images, shapes.kinds[:, 0])


def _one_shape_box(n: int, seed: int) -> Examples:
    shapes = draw_shapes(n, seed)
    return Examples(shapes.images, shapes.boxes[:, 0])


def _shapes_apart(n: int, seed: int) -> Examples:
    shapes = draw_shapes(n, seed, count=(1, 4), half_width=(4.0, 10.0), overlap=False)
    return Examples(shapes.images, shapes.counts)


def _shapes_overlapping(n: int, seed: int) -> Examples:
    shapes = draw_shapes(n, seed, count=(1, 4))
    return Examples(shapes.images, shapes.counts)


def _count_loss(output: Any, y: Any) -> Any:
    """Two questions an image, each with its own softmax."""
    from torch.nn import functional

    return functional.cross_entropy(output.flatten(0, 1), y.flatten())


def _box_loss(output: Any, y: Any) -> Any:
    """Mean distance of the four edges, in tenths of the image: L1, since IoU is about linear in it."""
    return (output - y).abs().mean() / 6.4


def _right_counts(output: Array, y: Array) -> Array:
    return (output.argmax(axis=2) == y).all(axis=1)


RECIPES = {
    "shapes/classify": Recipe(
        net="shape_classifier",
        data=drawn(_one_shape_kind, 10_000, 2_000),
        fresh=_one_shape_kind,
        loss="cross entropy",
        scores={"accuracy": right_class},
        epochs=4,
        learning_rate=1e-2,
    ),
    "shapes/count": Recipe(
        net="shape_counter",
        data=drawn(_shapes_apart, 20_000, 2_000),
        fresh=_shapes_apart,
        loss=_count_loss,
        scores={"accuracy": _right_counts},
        epochs=4,
        learning_rate=5e-3,
    ),
    "shapes/count_overlap": Recipe(
        net="shape_counter",
        data=drawn(_shapes_overlapping, 20_000, 2_000),
        fresh=_shapes_overlapping,
        loss=_count_loss,
        scores={"accuracy": _right_counts},
        epochs=4,
        learning_rate=5e-3,
    ),
    "shapes/locate": Recipe(
        net="shape_locator",
        data=drawn(_one_shape_box, 20_000, 2_000),
        fresh=_one_shape_box,
        loss=_box_loss,
        scores={"mean IoU": lambda output, y: intersection_over_union(output, y)},
        epochs=8,
        learning_rate=3e-3,
    ),
}

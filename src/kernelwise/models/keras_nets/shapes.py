"""Networks for images of rectangles and circles, in Keras."""

from collections.abc import Sequence

import keras
from keras import layers

from kernelwise.arguments import whole_number
from kernelwise.models.keras_nets.layers import normed_conv


def shape_classifier() -> keras.Model:
    """Build a network that tells rectangle from circle.

    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> shape_classifier().output_shape
        (None, 2)
    """
    return keras.Sequential([*_pyramid((8, 16, 32)), layers.GlobalAveragePooling2D(), layers.Dense(2)])


def shape_counter(most: int = 4) -> keras.Model:
    """Build a network that counts rectangles and circles.

    Args:
        most: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: most is no whole number of at least 1.
    Example:
        >>> shape_counter().output_shape
        (None, 2, 5)
    """
    numbers = whole_number("most", most, 1) + 1
    return keras.Sequential(
        [
            *_pyramid((16, 32, 64, 96)),
            layers.GlobalAveragePooling2D(),
            layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
            layers.Dense(2 * numbers),
            layers.Reshape((2, numbers)),
        ]
    )


def shape_locator() -> keras.Model:
    """Build a network that finds the box of one shape.

    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> shape_locator().output_shape
        (None, 4)
    """
    return keras.Sequential(
        [
            *_pyramid((16, 32, 32)),
            layers.Flatten(),
            layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
            layers.Dense(4, activation="sigmoid"),
            layers.Rescaling(64),
        ]
    )


def _pyramid(widths: Sequence[int]) -> list[layers.Layer]:
    """Make a stage for each width that halves 64×64 images: the first kernel is 5×5, the others 3×3."""
    stack = [keras.Input((64, 64, 1))]
    for stage, width in enumerate(widths):
        stack += [*normed_conv(width, 5 if stage == 0 else 3), layers.MaxPool2D(2)]
    return stack

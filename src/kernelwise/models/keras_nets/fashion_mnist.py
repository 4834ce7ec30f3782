"""Networks for Fashion-MNIST, in Keras."""

from collections.abc import Sequence

import keras
from keras import layers

from kernelwise.models.keras_nets.layers import normed_conv


def fashion_cnn() -> keras.Model:
    """Build a simple network.

    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> fashion_cnn().output_shape
        (None, 10)
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu", kernel_initializer="he_uniform"),
            layers.MaxPool2D(2),
            layers.Conv2D(64, 3, activation="relu", kernel_initializer="he_uniform"),
            layers.MaxPool2D(2),
            layers.Flatten(),
            layers.Dense(64, activation="relu", kernel_initializer="he_uniform"),
            layers.Dense(10),
        ]
    )


def fashion_best(widths: Sequence[int] = (32, 64, 96), dropout: float = 0.2) -> keras.Model:
    """Build a better network, with batch norm and dropout.

    Args:
        widths, dropout: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: dropout is no probability.
    Example:
        >>> fashion_best().output_shape
        (None, 10)
    """
    first, second, third = widths
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(first, 5, padding="same", kernel_initializer="he_uniform"),
            layers.MaxPool2D(2),
            layers.ReLU(),
            *normed_conv(second, 3),
            layers.MaxPool2D(2),
            *normed_conv(third, 3),
            *normed_conv(third, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(dropout),
            layers.Dense(10),
        ]
    )

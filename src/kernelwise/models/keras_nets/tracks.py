"""Networks for images of tracks, in Keras."""

from collections.abc import Sequence

import keras
from keras import layers

from kernelwise.models.catalogue import check_deck_tracks, check_small_tracks
from kernelwise.models.keras_nets.layers import normed_conv


def deck_tracks(size: int = 128, *, logits: bool = False) -> keras.Model:
    """Build deck P's network.

    Args:
        size, logits: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: size is no multiple of 4.
    Example:
        >>> deck_tracks(32).output_shape
        (None, 1)
    """
    check_deck_tracks(size)
    he = {"activation": "relu", "kernel_initializer": "he_uniform"}
    return keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.Conv2D(32, (5, 5), strides=(1, 1), padding="same", **he),
            layers.MaxPool2D((2, 2), padding="same"),
            layers.BatchNormalization(),
            layers.Conv2D(64, (3, 3), strides=(1, 1), padding="same", **he),
            layers.MaxPool2D((2, 2), padding="same"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(64, **he),
            layers.Dense(32, **he),
            layers.Dense(1, activation=None if logits else "sigmoid"),
        ]
    )


def small_tracks(
    widths: Sequence[int] = (16, 32, 64, 96),
    heights: Sequence[int] = (5, 7, 7, 9),
    strides: Sequence[int] = (1, 1, 2, 1),
    *,
    strip: int = 8,
) -> keras.Model:
    """Build a network that knows the detector: it merges planes two by two.

    Args:
        widths, heights, strides, strip: as in torch_nets.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: widths, heights and strides differ in length, or a height is even.
    Example:
        >>> small_tracks().output_shape
        (None, 1)
    """
    check_small_tracks(widths, heights, strides)
    stack = [keras.Input((None, strip * 2 ** len(widths), 1)), layers.MaxPool2D((1, strip))]
    for width, height, stride in zip(widths, heights, strides, strict=True):
        stack += [
            layers.ZeroPadding2D((height // 2, 0)),
            *normed_conv(width, (height, 2), strides=(stride, 2), padding="valid"),
        ]
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(1)])

"""Images as arrays: the order of their axes, and what becomes of it when an image is made a vector."""

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, whole_number


def to_channels_first(x: ArrayLike) -> Array:
    """Turn images as files and Keras have them into images as PyTorch and this course have them.

    y[…,c,i,j] = x[…,i,j,c]

    Args:
        x: (h, w, c) or (n, h, w, c) of any dtype. Units: any.
    Returns:
        (c, h, w) or (n, c, h, w), a view of x: no pixel is copied.
    Raises:
        ValueError: x has not three or four axes; a grey image needs its channel axis, image[..., None].
    Source: numpy.moveaxis.
    Example:
        >>> to_channels_first(np.zeros((480, 640, 3))).shape
        (3, 480, 640)
    """
    return np.moveaxis(_with_channels(x, "(h, w, c) or (n, h, w, c)", "image[..., None]"), -1, -3)


def to_channels_last(x: ArrayLike) -> Array:
    """Turn images as PyTorch and this course have them into images as files and Keras have them.

    y[…,i,j,c] = x[…,c,i,j]

    Args:
        x: (c, h, w) or (n, c, h, w) of any dtype. Units: any.
    Returns:
        (h, w, c) or (n, h, w, c), a view of x: no pixel is copied.
    Raises:
        ValueError: x has not three or four axes; a grey image needs its channel axis, image[None].
    Source: numpy.moveaxis.
    Example:
        >>> to_channels_last(np.zeros((10, 3, 480, 640))).shape
        (10, 480, 640, 3)
    """
    return np.moveaxis(_with_channels(x, "(c, h, w) or (n, c, h, w)", "image[None]"), -3, -1)


def flatten(x: ArrayLike) -> Array:
    """Make a vector of each image of a batch, for a dense layer.

    y[n, (c·H + i)·W + j] = x[n,c,i,j] for images of H×W: row by row, and channel by channel

    Keras flattens (n, h, w, c), and so takes the channels of one pixel first: the same numbers, other order.

    Args:
        x: (n, …) of any dtype, such as images (n, c, h, w). Units: any.
    Returns:
        (n, c·h·w), a view of x where its memory allows.
    Raises:
        ValueError: x has fewer than two axes; one image is image[None].
    Source: as torch.nn.Flatten.
    Example:
        >>> flatten([[[1, 1, 0], [4, 2, 1], [0, 2, 1]]]).tolist()
        [[1, 1, 0, 4, 2, 1, 0, 2, 1]]
    """
    x = np.asarray(x)
    if x.ndim < 2:
        raise ValueError(
            f"flatten needs a batch, the first axis of which is kept, got shape {x.shape}: "
            "give (n, c, h, w); one image is image[None]"
        )
    return x.reshape(len(x), prod(x.shape[1:]))


def unflatten(x: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Make images of vectors again: the inverse of flatten.

    y[n,c,i,j] = x[n, (c·H + i)·W + j] for shape (c, H, W)

    Args:
        x: (n, c·h·w) of any dtype. Units: any.
        shape: of one image, such as (c, h, w), pixels.
    Returns:
        (n, *shape), a view of x where its memory allows.
    Raises:
        ValueError: x is no batch of vectors as long as shape asks for, or shape is no whole numbers.
    Source: as torch.nn.Unflatten.
    Example:
        >>> unflatten([[1, 1, 0, 4, 2, 1, 0, 2, 1]], (3, 3)).tolist()
        [[[1, 1, 0], [4, 2, 1], [0, 2, 1]]]
    """
    x = np.asarray(x)
    shape = tuple(whole_number(f"entry {axis} of shape", size, 1) for axis, size in enumerate(shape))
    if x.ndim != 2 or x.shape[1] != prod(shape):
        raise ValueError(
            f"images of shape {shape} need vectors (n, {prod(shape)}), got shape {x.shape}: "
            "give the shape that one image had before it was flattened"
        )
    return x.reshape(len(x), *shape)


def _with_channels(x: ArrayLike, layout: str, cure: str) -> Array:
    """Check that x is one image or a batch, with an axis of channels."""
    x = np.asarray(x)
    if x.ndim not in (3, 4):
        raise ValueError(
            f"images must have shape {layout}, got {x.shape}: a grey image needs its channel axis, {cure}"
        )
    return x

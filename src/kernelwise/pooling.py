"""Pooling: the largest or the mean value of every window of an image.

Both are separable: first along the rows, then along the columns, so that k×k
windows cost 2k steps, not k².
"""

from functools import reduce
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, Pair, as_images, pair
from kernelwise.windows import pad, padding_widths

PoolPadding = Pair | Literal["same", "valid"]


def max_pool2d(x: ArrayLike, size: Pair, stride: Pair | None = None, padding: PoolPadding = 0) -> Array:
    """Take the largest pixel of every window.

    y[n,c,i,j] = max_ab x[n,c, i·s+a, j·s+b],  0 ≤ a < k_h, 0 ≤ b < k_w   (padding never wins)

    Rows and columns that do not fill a last window are dropped: 5 pixels, size 2, give 2.

    Args:
        x: (n, c, h, w). Images; units: any.
        size: the window, pixels; one number or (vertical, horizontal).
        stride: pixels; None: the same as size, so that windows neither overlap nor leave gaps.
        padding: pixels on each side, at most half of size; or "same" (Keras's: h' = ⌈h/stride⌉); or "valid"
            (none).
    Returns:
        (n, c, h', w'), h' = ⌊(h + 2·padding − k_h)/stride⌋ + 1; units and dtype of x. A NaN makes its window
        NaN.
    Raises:
        ValueError: x has not four axes or no order (complex), size, stride or padding is wrong, or the window
            exceeds the padded images; the message gives both sizes.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285, section 3.
    Example:
        >>> max_pool2d([[[[7, 0, 3], [0, 5, 0], [3, 0, 7]]]], 2, stride=1).tolist()
        [[[[7, 5], [5, 7]]]]
    """
    x = as_images(x)
    size, stride, widths = _geometry(x, size, stride, padding)
    return _pool(np.maximum, pad(x, widths, _lowest(x.dtype)), size, stride)


def average_pool2d(
    x: ArrayLike,
    size: Pair,
    stride: Pair | None = None,
    padding: PoolPadding = 0,
    *,
    count_include_pad: bool = False,
) -> Array:
    """Take the mean of every window.

    y[n,c,i,j] = Σ_ab x[n,c, i·s+a, j·s+b] / N[i,j],  0 ≤ a < k_h, 0 ≤ b < k_w

    N counts the pixels of the image in the window, so that a constant image stays constant up to its edge
    (Keras). With count_include_pad=True it is k_h·k_w, padding included, and edges are darkened (the default
    of PyTorch).

    Args:
        x: (n, c, h, w). Images; units: any.
        size: the window, pixels; one number or (vertical, horizontal).
        stride: pixels; None: the same as size.
        padding: pixels on each side, at most half of size; or "same" (Keras's: h' = ⌈h/stride⌉); or "valid"
            (none).
        count_include_pad: whether padded zeros count as pixels. Without padding it makes no difference.
    Returns:
        (n, c, h', w'), h' = ⌊(h + 2·padding − k_h)/stride⌋ + 1; units of x. Floats keep their dtype, integers
        become float64.
    Raises:
        ValueError: x has not four axes, size, stride or padding is wrong, or the window exceeds the padded
            images; the message gives both sizes.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285, section 3; torch.nn.AvgPool2d for count_include_pad.
    Example:
        >>> average_pool2d([[[[1, 2], [3, 6]]]], 2).tolist()
        [[[[3.0]]]]
    """
    x = as_images(x)
    x = x if np.issubdtype(x.dtype, np.inexact) else x.astype(np.float64)  # a sum of uint8 would wrap at 256
    size, stride, widths = _geometry(x, size, stride, padding)
    total = _pool(np.add, pad(x, widths), size, stride)
    if count_include_pad:
        total /= size[0] * size[1]
    else:
        total /= _pool(np.add, pad(np.ones((1, 1, *x.shape[2:]), x.dtype), widths), size, stride)
    return total


def _geometry(
    x: Array, size: Pair, stride: Pair | None, padding: PoolPadding
) -> tuple[tuple[int, int], tuple[int, int], tuple[tuple[int, int], tuple[int, int]]]:
    """Check the arguments of a pooling: window, stride and padding on the four sides."""
    size = pair("size", size)
    stride = size if stride is None else pair("stride", stride)
    widths = padding_widths(x.shape[2:], size, stride, padding)
    for axis, k, i, (before, after) in zip(("height", "width"), size, x.shape[2:], widths, strict=True):
        if not isinstance(padding, str) and before > k // 2:
            raise ValueError(
                f"padding={padding!r} is more than half of the window's {axis} of {k}: "
                f"a window would hold hardly any pixel of the image; give at most {k // 2}"
            )
        if k > i + before + after:
            raise ValueError(
                f"the window {size[0]}×{size[1]} exceeds the padded images in {axis} ({k} > "
                f"{i + before + after}; images of shape {x.shape}): use a smaller window, or padding='same'"
            )
    return size, stride, widths


def _pool(combine: np.ufunc, x: Array, size: tuple[int, int], stride: tuple[int, int]) -> Array:
    """Combine the pixels of every window: along the rows first, then along the columns."""
    for axis, k, s in ((2, size[0], stride[0]), (3, size[1], stride[1])):
        x = np.moveaxis(x, axis, 0)
        last = x.shape[0] - k  # where the last whole window starts
        pooled = reduce(combine, [x[a : a + last + 1 : s] for a in range(k)])
        x = np.moveaxis(pooled, 0, axis)
    # A window of one pixel must not hand out the caller's own image; larger ones have made a new array.
    return np.array(x, order="C", copy=True if size == (1, 1) else None)


def _lowest(dtype: np.dtype[Any]) -> Any:
    """Give the value that loses every comparison: padding is no pixel of the image."""
    if np.issubdtype(dtype, np.floating):
        return -np.inf
    if np.issubdtype(dtype, np.integer):
        return np.iinfo(dtype).min
    if dtype == np.bool_:
        return False
    raise ValueError(
        f"x must hold real numbers to have a maximum, got dtype {dtype}: "
        "pool the absolute value, or another real quantity"
    )

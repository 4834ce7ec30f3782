"""Windows: the patches of an image that a kernel or a pooling looks at, shared by convolution and pooling."""

from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from kernelwise.arithmetic import same_padding, whole_number

Array = NDArray[Any]
Pair = int | tuple[int, int]
Padding = Pair | Literal["same", "valid"]


def as_images(x: ArrayLike) -> Array:
    """Check that the argument is a batch of images.

    x[n,c,i,j]

    Args:
        x: (n, c, h, w) of any dtype. Images.
    Returns:
        x as an array, not copied if it is one.
    Raises:
        ValueError: not four axes, or an image without a pixel; the message gives the shape.
    Source: this course.
    Example:
        >>> as_images(np.zeros((1, 3, 5, 5))).shape
        (1, 3, 5, 5)
    """
    x = np.asarray(x)
    if x.ndim != 4 or 0 in x.shape[1:]:
        raise ValueError(
            f"x must be images of shape (n, c, h, w) with at least one pixel, got shape {x.shape}: "
            "reshape it; a single grey image is x[None, None]"
        )
    return x


def pair(name: str, value: object, least: int = 1) -> tuple[int, int]:
    """Read an argument that is one number for both directions, or one for each.

    a ↦ (a, a),  (a, b) ↦ (a, b)

    Args:
        name: the argument's name, for the message.
        value: a whole number, or (vertical, horizontal); pixels.
        least: the smallest value allowed.
    Returns:
        (vertical, horizontal), pixels.
    Raises:
        ValueError: neither, or a number that is too small.
    Source: this course.
    Example:
        >>> pair("stride", 2)
        (2, 2)
    """
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(values) != 2:
        raise ValueError(
            f"{name} must be a whole number or a pair (vertical, horizontal), got {value!r}: "
            "give one number or two"
        )
    return whole_number(name, values[0], least), whole_number(name, values[1], least)


def padding_widths(
    shape: tuple[int, int],
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: object,
    dilation: tuple[int, int] = (1, 1),
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Turn the argument `padding` into widths on the four sides.

    p ↦ ((p, p), (p, p)),  (p_h, p_w) ↦ ((p_h, p_h), (p_w, p_w)),
    "valid" ↦ 0,  "same" ↦ same_padding on each axis

    Args:
        shape: (h, w) of the images, pixels.
        size, stride, dilation: (vertical, horizontal) of the kernel, pixels.
        padding: pixels, (vertical, horizontal), "same" or "valid".
    Returns:
        ((top, bottom), (left, right)), pixels.
    Raises:
        ValueError: padding is none of these.
    Source: this course.
    Example:
        >>> padding_widths((6, 6), (3, 3), (2, 2), "same")
        ((0, 1), (0, 1))
    """
    if padding == "same":
        vertical, horizontal = (
            same_padding(*axis) for axis in zip(shape, size, stride, dilation, strict=True)
        )
        return vertical, horizontal
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(
            f"padding must be a whole number, a pair, 'same' or 'valid', got {padding!r}: "
            "write the word in lower case, or give pixels"
        )
    p_h, p_w = (0, 0) if padding == "valid" else pair("padding", padding, least=0)
    return (p_h, p_h), (p_w, p_w)


def pad(x: Array, widths: tuple[tuple[int, int], tuple[int, int]], value: Any = 0) -> Array:
    """Surround images with a constant.

    y[n,c,i+top,j+left] = x[n,c,i,j], and the value elsewhere

    Args:
        x: (n, c, h, w). Images.
        widths: ((top, bottom), (left, right)), pixels.
        value: what the padding holds, in the units of x.
    Returns:
        (n, c, top + h + bottom, left + w + right), dtype of x; x itself if there is nothing to add.
    Raises:
        Nothing.
    Source: this course.
    Example:
        >>> pad(np.ones((1, 1, 1, 1)), ((0, 1), (0, 1)))[0, 0].tolist()
        [[1.0, 0.0], [0.0, 0.0]]
    """
    if widths == ((0, 0), (0, 0)):
        return x
    return np.pad(x, ((0, 0), (0, 0), *widths), constant_values=value)


def sliding_windows(
    x: Array, size: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int] = (1, 1)
) -> Array:
    """Look at images through every window, without copying a pixel.

    y[n,c,i,j,a,b] = x[n,c, i·s+a·d, j·s+b·d]

    Args:
        x: (n, c, h, w). Padded images.
        size, stride, dilation: (vertical, horizontal) of the kernel, pixels.
    Returns:
        (n, c, h', w', k_h, k_w), a read-only view of x; h' = output_size(h, k_h, s_h, 0, d_h).
    Raises:
        ValueError: the window exceeds the images; the message gives both sizes.
    Source: numpy's own sliding_window_view, with the stride and the dilation added.
    Example:
        >>> sliding_windows(np.arange(9).reshape(1, 1, 3, 3), (2, 2), (1, 1))[0, 0, 1, 0].tolist()
        [[3, 4], [6, 7]]
    """
    extent = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    if extent[0] > x.shape[2] or extent[1] > x.shape[3]:
        raise ValueError(
            f"the window {size[0]}×{size[1]} with dilation {dilation} spans {extent[0]}×{extent[1]} pixels, "
            f"but the padded images of shape {x.shape} have {x.shape[2]}×{x.shape[3]}: "
            "use a smaller window or dilation, or more padding"
        )
    every_window = sliding_window_view(x, extent, axis=(2, 3))
    return every_window[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]

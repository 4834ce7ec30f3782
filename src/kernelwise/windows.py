"""Windows: the patches of an image that a kernel or a pooling looks at, and the padding around the image."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from kernelwise.arguments import (
    Array,
    Padding,
    Pair,
    as_bias,
    as_images,
    as_kernel,
    pair,
    whole_number,
)
from kernelwise.arithmetic import same_padding


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
    Example:
        >>> pad(np.ones((1, 1, 1, 1)), ((0, 1), (0, 1)))[0, 0].tolist()
        [[1.0, 0.0], [0.0, 0.0]]
    """
    if widths == ((0, 0), (0, 0)):
        return x
    return np.pad(x, ((0, 0), (0, 0), *widths), constant_values=value)


def crop(x: Array, widths: tuple[tuple[int, int], tuple[int, int]]) -> Array:
    """Take the border off images: what `pad` put around them.

    y[n,c,i,j] = x[n,c,i+top,j+left]

    Args:
        x: (n, c, h, w). Images.
        widths: ((top, bottom), (left, right)), pixels.
    Returns:
        (n, c, h − top − bottom, w − left − right), a view of x.
    Example:
        >>> crop(np.arange(9).reshape(1, 1, 3, 3), ((0, 1), (1, 1)))[0, 0].tolist()
        [[1], [4]]
    """
    (top, bottom), (left, right) = widths
    return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]


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


def image_operands(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None,
    stride: Pair,
    padding: Padding,
    dilation: Pair,
    groups: int,
) -> tuple[Array, Array, Array | None, tuple[int, int], tuple[int, int]]:
    """Check the arguments of a two-dimensional convolution, and pad the images.

    c_in = groups · (channels of a kernel),  c_out divisible by groups

    Args:
        x, kernel, bias, stride, padding, dilation, groups: as in conv2d.
    Returns:
        (padded x, kernel, bias, stride, dilation), arrays, and pairs (vertical, horizontal) in pixels.
    Raises:
        ValueError: as conv2d.
    Example:
        >>> image_operands(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), None, 1, 1, 1, 1)[0].shape
        (1, 1, 5, 5)
    """
    x, kernel = as_images(x), as_kernel(kernel)
    groups = whole_number("groups", groups, 1)
    if x.shape[1] != kernel.shape[1] * groups:
        raise ValueError(
            f"x of shape {x.shape} has {x.shape[1]} channels, but the kernel of shape {kernel.shape} expects "
            f"{kernel.shape[1]}{f' in each of {groups} groups' if groups > 1 else ''}: "
            "images are (n, c, h, w), kernels (c_out, c/groups, k_h, k_w); "
            "move the channel axis, or give the kernel as many channels as the images"
        )
    if len(kernel) % groups:
        raise ValueError(
            f"{len(kernel)} kernels cannot be divided into groups={groups} equal parts: "
            f"give a multiple of {groups} kernels, or other groups"
        )
    bias = as_bias(bias, len(kernel))
    stride, dilation = pair("stride", stride), pair("dilation", dilation)
    x = pad(x, padding_widths(x.shape[2:], kernel.shape[2:], stride, padding, dilation))
    return x, kernel, bias, stride, dilation

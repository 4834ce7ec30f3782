"""Transposed convolution: every input pixel stamps the kernel on the output, and the stamps add up.

It makes images larger, and it is what back-propagation through a convolution does. Written as a matrix, it is
the transpose of the convolution with the same kernel: ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩. It is no inverse.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, Pair, as_bias, as_images, as_kernel, as_vector, pair, whole_number
from kernelwise.arithmetic import transposed_output_size
from kernelwise.windows import crop, padding_widths


def conv_transpose1d(
    x: ArrayLike,
    u: ArrayLike,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> Array:
    """Stamp a kernel along a signal.

    z[i·s + a·d] += x[i] · u[a] for all i and a;  y = z without its first and last p samples

    Args:
        x: (w,). Signal; units: any.
        u: (k,). Kernel, not flipped; dimensionless.
        stride: samples between neighbouring stamps, at least 1.
        padding: of the convolution that is transposed: samples cut off at each end.
        output_padding: samples more at the end, fewer than the larger of stride and dilation.
        dilation: samples between neighbouring weights, at least 1.
    Returns:
        (w',), w' = (w−1)·stride − 2·padding + dilation·(k−1) + output_padding + 1; units of x; numpy's
        promotion of the dtypes of x and u.
    Raises:
        ValueError: x or u is no vector, an option is wrong, or nothing is left of the output.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4; arguments as torch's conv_transpose1d.
    Example:
        >>> conv_transpose1d([1, 2, 3], [10, 1], stride=2).tolist()
        [10, 1, 20, 2, 30, 3]
        >>> conv_transpose1d([1, 2, 3], [10, 1]).tolist()
        [10, 21, 32, 3]
    """
    x, u = as_vector("x", x), as_vector("u", u)
    stride, dilation = whole_number("stride", stride, 1), whole_number("dilation", dilation, 1)
    padding = whole_number("padding", padding, 0)
    output_padding = whole_number("output_padding", output_padding, 0)
    size = transposed_output_size(len(x), len(u), stride, padding, dilation, output_padding)
    z = np.zeros(size + 2 * padding, np.result_type(x, u))
    for i in range(len(x)):
        z[i * stride : i * stride + dilation * (len(u) - 1) + 1 : dilation] += x[i] * u
    return z[padding : padding + size]


def conv_transpose2d(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Pair = 1,
    padding: Pair | Literal["same"] = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """Stamp a bank of kernels on images: the transpose of conv2d with the same kernel and options.

    y[n,o,i·s+a·d−p,j·s+b·d−p] += Σ_c x[n,c,i,j] · kernel[c,o,a,b] for all i, j, a, b;  then + b[o]

    Args:
        x: (n, c_in, h, w). Images; units: any.
        kernel: (c_in, c_out/groups, k_h, k_w), as in PyTorch; dimensionless. The kernel of the conv2d that
            is transposed, as it is: what went out there comes in here. Keras: (k_h, k_w, c_out, c_in).
        bias: (c_out,) in the units of x, or None.
        stride, dilation: pixels, at least 1; one number or (vertical, horizontal).
        padding: of the convolution that is transposed, so that it *removes* pixels: on each side, one number
            or (vertical, horizontal); or "same" (Keras's: h' = h·stride).
        output_padding: pixels more, below and right, fewer than the larger of stride and dilation: it chooses
            among the sizes that the stride of the convolution merged. 0 with "same".
        groups: divides c_in, as in conv2d.
    Returns:
        (n, c_out, h', w'), h' = (h−1)·stride − 2·padding + dilation·(k_h−1) + output_padding + 1; units of x;
        numpy's promotion of the dtypes of x, kernel and bias.
    Raises:
        ValueError: x or kernel has not four axes, channels differ, bias is not (c_out,), an option is wrong,
            or nothing is left of the output.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4; arguments as torch's conv_transpose2d.
    Example:
        >>> conv_transpose2d([[[[1, 2]]]], [[[[10, 1], [5, 0]]]], stride=2)[0, 0].tolist()
        [[10, 1, 20, 2], [5, 0, 10, 0]]
    """
    x, kernel = as_images(x), as_kernel(kernel, "(c_in, c_out/groups, k_h, k_w)")
    groups = whole_number("groups", groups, 1)
    if x.shape[1] != len(kernel) or len(kernel) % groups:
        raise ValueError(
            f"x of shape {x.shape} has {x.shape[1]} channels, the kernel of shape {kernel.shape} expects "
            f"{len(kernel)}, in groups={groups} equal parts: the kernel of a transposed convolution is "
            "(c_in, c_out/groups, k_h, k_w); swap its first two axes, or change the groups"
        )
    bias = as_bias(bias, groups * kernel.shape[1])
    stride, dilation = pair("stride", stride), pair("dilation", dilation)
    size, widths = _output_geometry(x, kernel, stride, padding, output_padding, dilation)
    (top, bottom), (left, right) = widths
    canvas = (top + size[0] + bottom, left + size[1] + right)
    y = crop(stamp(x, kernel, canvas, stride, dilation, groups), widths)
    return y.copy() if bias is None else y + bias[:, None, None]


def stamp(
    x: Array,
    kernel: Array,
    canvas: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
    groups: int = 1,
) -> Array:
    """Stamp a bank of kernels on an empty canvas, once for each pixel, and add up what overlaps.

    y[n,o,i·s+a·d,j·s+b·d] += Σ_c x[n,c,i,j] · kernel[c,o,a,b] for all i, j, a, b

    Its callers have checked the arguments.

    Args:
        x: (n, c_in, h, w). What the stamps are multiplied by; units: any.
        kernel: (c_in, c_out/groups, k_h, k_w). The stamps.
        canvas: (height, width), pixels, large enough for the last stamp.
        stride, dilation: (vertical, horizontal), pixels.
        groups: divides c_in.
    Returns:
        (n, c_out, height, width), units of x times those of kernel; pixels without a stamp are 0.
    Source: the transpose of "im2col", as in Chellapilla, Puri & Simard 2006, hal-00112631.
    Example:
        >>> stamp(np.ones((1, 1, 1, 2)), np.ones((1, 1, 1, 2)), (1, 4), (1, 1))[0, 0].tolist()
        [[1.0, 2.0, 1.0, 0.0]]
    """
    n, c_in, h, w = x.shape
    _, c_part, k_h, k_w = kernel.shape
    pixels = x.reshape(n, groups, c_in // groups, h * w)
    weights = kernel.reshape(groups, c_in // groups, c_part, k_h, k_w).swapaxes(1, 2)
    y = np.zeros((n, groups * c_part, *canvas), np.result_type(x, kernel))
    for a, b in np.ndindex(k_h, k_w):
        top, left = a * dilation[0], b * dilation[1]
        rows = slice(top, top + (h - 1) * stride[0] + 1, stride[0])
        columns = slice(left, left + (w - 1) * stride[1] + 1, stride[1])
        y[:, :, rows, columns] += (weights[..., a, b] @ pixels).reshape(n, groups * c_part, h, w)
    return y


def _output_geometry(
    x: Array,
    kernel: Array,
    stride: tuple[int, int],
    padding: Pair | Literal["same"],
    output_padding: Pair,
    dilation: tuple[int, int],
) -> tuple[tuple[int, int], tuple[tuple[int, int], tuple[int, int]]]:
    """Give the size of the output, and the widths that are cut off around it."""
    more = pair("output_padding", output_padding, least=0)
    shape, kernel_size = x.shape[2:], kernel.shape[2:]
    if padding == "same":
        if more != (0, 0):
            raise ValueError(
                f"output_padding must be 0 with padding='same', got {output_padding!r}: "
                "the size of the output is already given; leave it out, or give the padding in pixels"
            )
        size = (shape[0] * stride[0], shape[1] * stride[1])
        return size, padding_widths(size, kernel_size, stride, "same", dilation)
    if isinstance(padding, str):
        raise ValueError(
            f"padding must be a whole number, a pair or 'same', got {padding!r}: "
            "give pixels; Keras's 'valid' is 0, with output_padding = stride − kernel where that is positive"
        )
    p = pair("padding", padding, least=0)
    height, width = (
        transposed_output_size(*axis)
        for axis in zip(shape, kernel_size, stride, p, dilation, more, strict=True)
    )
    return (height, width), ((p[0], p[0]), (p[1], p[1]))

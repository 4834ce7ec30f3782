"""Convolution as networks mean it: cross-correlation, written once as readable loops and once for speed.

The kernel is not flipped. The convolution of mathematics, for which the convolution theorem holds, flips it
first: conv1d(x, u[::-1]) in one dimension.
"""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, Padding, Pair, as_vector, whole_number
from kernelwise.arithmetic import output_size
from kernelwise.windows import image_operands, padding_widths, sliding_windows


def conv1d(
    x: ArrayLike,
    u: ArrayLike,
    *,
    stride: int = 1,
    padding: int | Literal["same", "valid"] = 0,
    dilation: int = 1,
) -> Array:
    """Cross-correlate a signal with a kernel.

    y[i] = Σ_a x[i·s + a·d] · u[a]   (x padded with zeros)

    Args:
        x: (w,). Signal; units: any.
        u: (k,). Kernel, not flipped; dimensionless.
        stride, dilation: samples, at least 1.
        padding: samples on each side, or "same" (w' = ⌈w/stride⌉, the odd sample after), or "valid" (none).
    Returns:
        (w',), w' = ⌊(w + 2·padding − dilation·(k−1) − 1)/stride⌋ + 1; units of x. float32 stays float32: the
        dtype is numpy's promotion of x and u.
    Raises:
        ValueError: x or u is no vector, the kernel exceeds the padded signal, or stride, padding or dilation
            is wrong.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285.
    Example:
        >>> conv1d([1, 2, 3, 4], [3, 2]).tolist()
        [7, 12, 17]
        >>> conv1d([1, 2, 3, 4], [3, 2][::-1]).tolist()  # the true convolution
        [8, 13, 18]
    """
    x, u, stride, dilation = _signal_operands(x, u, stride, padding, dilation)
    windows = sliding_window_view(x, dilation * (len(u) - 1) + 1)
    return windows[::stride, ::dilation] @ u


def conv1d_loops(
    x: ArrayLike,
    u: ArrayLike,
    *,
    stride: int = 1,
    padding: int | Literal["same", "valid"] = 0,
    dilation: int = 1,
) -> Array:
    """Cross-correlate a signal with a kernel, in loops that read like the formula.

    y[i] = Σ_a x[i·s + a·d] · u[a]   (x padded with zeros)

    Args:
        x: (w,). Signal; units: any.
        u: (k,). Kernel, not flipped; dimensionless.
        stride, dilation: samples, at least 1.
        padding: samples on each side, or "same", or "valid", as in conv1d.
    Returns:
        (w',), as conv1d.
    Raises:
        ValueError: as conv1d.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285.
    Example:
        >>> conv1d_loops([1, 2, 3, 4], [3, 2]).tolist()
        [7, 12, 17]
    """
    x, u, stride, dilation = _signal_operands(x, u, stride, padding, dilation)
    y = np.zeros(output_size(len(x), len(u), stride, 0, dilation), np.result_type(x, u))
    for i in range(len(y)):
        for a in range(len(u)):
            y[i] += x[i * stride + a * dilation] * u[a]
    return y


def conv2d(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlate images with a bank of kernels.

    y[n,o,i,j] = b[o] + Σ_cab x[n,c, i·s+a·d, j·s+b·d] · kernel[o,c,a,b]   (x padded with zeros)

    Each row of the output is one matrix product: the kernels, a row of numbers each, times a matrix with one
    column for every pixel of that row, which holds what the pixel sees ("im2col"). With groups, the channels
    are divided into that many equal parts, in their order, and each kernel sees its own part only: the sum
    over c runs over c_in/groups channels. groups = c_in is the depthwise convolution.

    Args:
        x: (n, c_in, h, w). Images; units: any, such as detector counts.
        kernel: (c_out, c_in/groups, k_h, k_w). Not flipped; dimensionless. The first c_out/groups kernels
            belong to the first group, and so on.
        bias: (c_out,) in the units of x, or None.
        stride, dilation: pixels, at least 1; one number or (vertical, horizontal).
        padding: pixels on each side, one number or (vertical, horizontal); or "same" (Keras's: h' =
            ⌈h/stride⌉, the odd pixel below and right); or "valid" (none).
        groups: divides c_in and c_out.
    Returns:
        (n, c_out, h', w'), h' = ⌊(h + 2·padding − dilation·(k_h−1) − 1)/stride⌋ + 1; units of x. float32
        stays float32: the dtype is numpy's promotion of x, kernel and bias, so that 8-bit images with an
        8-bit kernel wrap at 256; make one of them float first.
    Raises:
        ValueError: x or kernel has not four axes, channels differ, the kernel exceeds the padded images (the
            message gives both shapes), bias is not (c_out,), groups does not divide the channels, or stride,
            padding or dilation is wrong.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285; groups as in torch.nn.Conv2d; im2col:
        Chellapilla, Puri & Simard 2006, hal-00112631.
    Example:
        >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2))).shape
        (1, 1, 2, 2)
    """
    x, kernel, bias, stride, dilation = image_operands(x, kernel, bias, stride, padding, dilation, groups)
    n, _, h, w, k_h, k_w = sliding_windows(x, kernel.shape[2:], stride, dilation).shape
    (c_out, c_seen), height, dtype = kernel.shape[:2], x.shape[2], np.result_type(x, kernel)
    seen = k_h * c_seen * k_w  # numbers in one window of one group; the rows of the kernel come first
    weights = kernel.astype(dtype).swapaxes(1, 2).reshape(groups, 1, c_out // groups, seen)

    # shifted[n,g,r,c,b,j] = x[n,c, r, j·s+b·d]: row r of an image, once for every column b of the kernel.
    shifted = sliding_windows(x, (1, k_w), (1, stride[1]), (1, dilation[1]))
    shifted = shifted.reshape(n, groups, c_seen, height, w, k_w).transpose(0, 1, 3, 2, 5, 4)
    # Copied one image at a time, always to the same place, which stays in the processor's cache.
    rows = np.empty(shifted.shape[1:], dtype)
    # below[g,i,a,c,b,j] = rows[g, i·s+a·d, c,b,j]: the k_h rows that row i of the output sees. They follow
    # each other in memory, so that they are a matrix already: nothing is copied again (but with dilation).
    below = sliding_window_view(rows, dilation[0] * (k_h - 1) + 1, axis=1)
    below = np.moveaxis(below[:, :: stride[0], ..., :: dilation[0]], -1, 2)

    y = np.empty((n, groups, c_out // groups, h, w), dtype)
    for image, out in zip(shifted, y, strict=True):
        np.copyto(rows, image)
        np.matmul(weights, below.reshape(groups, h, seen, w), out=out.swapaxes(1, 2))
    y = y.reshape(n, c_out, h, w)
    return y if bias is None else y + bias[:, None, None]


def conv2d_loops(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlate images with a bank of kernels, in loops that read like the formula.

    y[n,o,i,j] = b[o] + Σ_cab x[n,c, i·s+a·d, j·s+b·d] · kernel[o,c,a,b]   (x padded with zeros)

    Args:
        x: (n, c_in, h, w). Images; units: any, such as detector counts.
        kernel: (c_out, c_in/groups, k_h, k_w). Not flipped; dimensionless.
        bias: (c_out,) in the units of x, or None.
        stride, padding, dilation: pixels, as in conv2d.
        groups: divides c_in and c_out, as in conv2d.
    Returns:
        (n, c_out, h', w'), as conv2d.
    Raises:
        ValueError: as conv2d.
    Source: Dumoulin & Visin 2016, arXiv:1603.07285.
    Example:
        >>> conv2d_loops(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))[0, 0].tolist()
        [[4.0, 4.0], [4.0, 4.0]]
    """
    operands = image_operands(x, kernel, bias, stride, padding, dilation, groups)
    x, kernel, bias, (s_h, s_w), (d_h, d_w) = operands
    c_out, c_seen, k_h, k_w = kernel.shape
    h, w = output_size(x.shape[2], k_h, s_h, 0, d_h), output_size(x.shape[3], k_w, s_w, 0, d_w)
    y = np.zeros((len(x), c_out, h, w), np.result_type(x, kernel))
    for n in range(len(x)):
        for o in range(c_out):
            first = o // (c_out // groups) * c_seen  # channel of the group that kernel o belongs to
            for i in range(h):
                for j in range(w):
                    rows = slice(i * s_h, i * s_h + d_h * (k_h - 1) + 1, d_h)
                    columns = slice(j * s_w, j * s_w + d_w * (k_w - 1) + 1, d_w)
                    # The Hadamard product (entry by entry) alone is no convolution: its sum is.
                    y[n, o, i, j] = np.sum(x[n, first : first + c_seen, rows, columns] * kernel[o])
    return y if bias is None else y + bias[:, None, None]


def _signal_operands(
    x: ArrayLike, u: ArrayLike, stride: int, padding: object, dilation: int
) -> tuple[Array, Array, int, int]:
    """Check the arguments of conv1d and pad the signal."""
    x, u = as_vector("x", x), as_vector("u", u)
    stride, dilation = whole_number("stride", stride, 1), whole_number("dilation", dilation, 1)
    padding = padding if isinstance(padding, str) else whole_number("padding", padding, 0)
    _, width = padding_widths((1, len(x)), (1, len(u)), (1, stride), padding, (1, dilation))
    x = np.pad(x, width)
    output_size(len(x), len(u), stride, 0, dilation)  # refuses a kernel that exceeds the signal
    return x, u, stride, dilation

"""Gradients: the backward pass of each layer, the chain rule written out.

y = f(x) went forward, and L is the number (the loss) that the network computes from y in the end. Each
function takes dy = ∂L/∂y, which comes from the layer above, and gives ∂L/∂x, which goes to the layer below,
and ∂L/∂kernel and ∂L/∂bias, which the optimizer needs. Options are those of the forward function. No Jacobian
is ever stored.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.activations import softmax
from kernelwise.arguments import Array, Padding, Pair, as_images, as_output_gradient, pair
from kernelwise.convolution import conv1d
from kernelwise.pooling import PoolPadding, average_pool2d, max_pool2d
from kernelwise.transposed_convolution import stamp
from kernelwise.windows import crop, image_operands, pad, padding_widths, sliding_windows


def conv1d_gradients(
    x: ArrayLike,
    u: ArrayLike,
    dy: ArrayLike,
    *,
    stride: int = 1,
    padding: int | Literal["same", "valid"] = 0,
    dilation: int = 1,
) -> tuple[Array, Array]:
    """Go backward through conv1d.

    ∂L/∂x[m] = Σ_ia dy[i] · u[a] where i·s + a·d − p = m;  ∂L/∂u[a] = Σ_i dy[i] · x[i·s + a·d − p]

    Args:
        x: (w,). The signal that went in; units: any.
        u: (k,). Kernel; dimensionless.
        dy: (w',). ∂L/∂y.
        stride, padding, dilation: samples, as in conv1d.
    Returns:
        (∂L/∂x, ∂L/∂u), shapes of x and u.
    Raises:
        ValueError: as conv1d, or dy has not the shape of y.
    Source: LeCun, Bottou, Bengio & Haffner 1998, doi:10.1109/5.726791, for the method.
    Example:
        >>> dx, du = conv1d_gradients([1, 2, 3, 4], [3, 2], [1, 0, 0])
        >>> dx.tolist(), du.tolist()
        ([3, 2, 0, 0], [1, 2])
    """
    dy = as_output_gradient(dy, conv1d(x, u, stride=stride, padding=padding, dilation=dilation).shape)
    # A signal is an image of one row.
    image, kernel, output = (np.asarray(vector)[None, None, None, :] for vector in (x, u, dy))
    p: Padding = padding if isinstance(padding, str) else (0, padding)
    dx, du, _ = conv2d_gradients(image, kernel, output, stride=(1, stride), padding=p, dilation=(1, dilation))
    return dx[0, 0, 0], du[0, 0, 0]


def conv2d_gradients(
    x: ArrayLike,
    kernel: ArrayLike,
    dy: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array]:
    """Go backward through conv2d.

    ∂L/∂x = the transposed convolution of dy with the same kernel,
    ∂L/∂kernel[o,c,a,b] = Σ_nij dy[n,o,i,j] · x[n,c, i·s+a·d, j·s+b·d]   (x padded with zeros),
    ∂L/∂b[o] = Σ_nij dy[n,o,i,j]

    Args:
        x: (n, c_in, h, w). The images that went in; units: any.
        kernel: (c_out, c_in/groups, k_h, k_w). Dimensionless.
        dy: (n, c_out, h', w'). ∂L/∂y.
        stride, padding, dilation, groups: as in conv2d.
    Returns:
        (∂L/∂x, ∂L/∂kernel, ∂L/∂bias), shapes of x, of kernel, and (c_out,); numpy's promotion of the dtypes
        that each is made of.
    Raises:
        ValueError: as conv2d, or dy has not the shape of y.
    Source: LeCun, Bottou, Bengio & Haffner 1998, doi:10.1109/5.726791, for the method.
    Example:
        >>> x, kernel, dy = np.ones((1, 1, 3, 3)), np.full((1, 1, 2, 2), 5.0), np.ones((1, 1, 2, 2))
        >>> dx, dkernel, dbias = conv2d_gradients(x, kernel, dy)
        >>> dx[0, 0].tolist(), dkernel[0, 0].tolist(), dbias.tolist()
        ([[5.0, 10.0, 5.0], [10.0, 20.0, 10.0], [5.0, 10.0, 5.0]], [[4.0, 4.0], [4.0, 4.0]], [4.0])
    """
    shape = np.shape(x)
    padded, kernel, _, stride, dilation = image_operands(x, kernel, None, stride, padding, dilation, groups)
    windows = sliding_windows(padded, kernel.shape[2:], stride, dilation)
    n, c_in, h, w, k_h, k_w = windows.shape
    dy = as_output_gradient(dy, (n, len(kernel), h, w))
    widths = padding_widths(shape[2:], kernel.shape[2:], stride, padding, dilation)
    dx = crop(stamp(dy, kernel, padded.shape[2:], stride, dilation, groups), widths).copy()

    dkernel = np.empty(kernel.shape, np.result_type(padded, dy))
    dy_groups = dy.reshape(n, groups, len(kernel) // groups, h, w)
    for a, b in np.ndindex(k_h, k_w):  # what lay under this weight, at all places at once
        under = windows[..., a, b].reshape(n, groups, c_in // groups, h, w)
        products = np.einsum("ngoij,ngcij->goc", dy_groups, under, optimize=True)
        dkernel[:, :, a, b] = products.reshape(kernel.shape[:2])
    return dx, dkernel, dy.sum(axis=(0, 2, 3))


def max_pool2d_gradient(
    x: ArrayLike, dy: ArrayLike, size: Pair, stride: Pair | None = None, padding: PoolPadding = 0
) -> Array:
    """Go backward through max_pool2d: each output's gradient goes to the pixel that won its window.

    ∂L/∂x[m] = Σ over the windows that m won of dy[window]

    Where several pixels of a window are the largest, the first wins, row by row, as in PyTorch: the maximum
    has a kink there, and any share between the winners would do. A pixel can win several windows that
    overlap. Padding wins none. A NaN wins its window; of several the first.

    Args:
        x: (n, c, h, w). The images that went in; units: any.
        dy: (n, c, h', w'). ∂L/∂y.
        size, stride, padding: as in max_pool2d.
    Returns:
        ∂L/∂x, shape of x, dtype of dy.
    Raises:
        ValueError: as max_pool2d, or dy has not the shape of y.
    Source: the choice at ties as in torch.nn.functional.max_pool2d.
    Example:
        >>> max_pool2d_gradient([[[[7, 7], [0, 5]]]], [[[[1.0]]]], 2)[0, 0].tolist()
        [[1.0, 0.0], [0.0, 0.0]]
    """
    x = as_images(x)
    y = max_pool2d(x, size, stride, padding)
    dy = as_output_gradient(dy, y.shape)
    size = pair("size", size)
    stride = size if stride is None else pair("stride", stride)
    widths = padding_widths(x.shape[2:], size, stride, padding)
    windows = sliding_windows(pad(x, widths), size, stride)
    is_pixel = sliding_windows(pad(np.ones_like(x, bool), widths), size, stride)
    is_nan = windows != windows  # only NaN differs from itself
    winners = ((windows == y[..., None, None]) | is_nan) & is_pixel
    first = winners.reshape(*y.shape, size[0] * size[1]).argmax(axis=-1)  # index of the first True
    n, c, i, j = np.ix_(*(range(length) for length in y.shape))
    (top, bottom), (left, right) = widths
    dx = np.zeros((*x.shape[:2], top + x.shape[2] + bottom, left + x.shape[3] + right), dy.dtype)
    # add.at, unlike +=, adds twice where a pixel won two windows.
    np.add.at(dx, (n, c, i * stride[0] + first // size[1], j * stride[1] + first % size[1]), dy)
    return crop(dx, widths).copy()


def average_pool2d_gradient(
    x: ArrayLike,
    dy: ArrayLike,
    size: Pair,
    stride: Pair | None = None,
    padding: PoolPadding = 0,
    *,
    count_include_pad: bool = False,
) -> Array:
    """Go backward through average_pool2d: each output's gradient is shared equally by its window.

    ∂L/∂x[m] = Σ over the windows that hold m of dy[window] / N[window]

    Args:
        x: (n, c, h, w). The images that went in; only their shape matters.
        dy: (n, c, h', w'). ∂L/∂y.
        size, stride, padding, count_include_pad: as in average_pool2d, which says what N is.
    Returns:
        ∂L/∂x, shape of x; dtype of dy, integers become float64.
    Raises:
        ValueError: as average_pool2d, or dy has not the shape of y.
    Example:
        >>> average_pool2d_gradient(np.zeros((1, 1, 2, 2)), [[[[1.0]]]], 2)[0, 0].tolist()
        [[0.25, 0.25], [0.25, 0.25]]
    """
    x = as_images(x)
    # The mean of ones over whole windows, padded zeros included, is the share of pixels in each window.
    pixels = average_pool2d(np.ones((1, 1, *x.shape[2:])), size, stride, padding, count_include_pad=True)
    dy = as_output_gradient(dy, (*x.shape[:2], *pixels.shape[2:]))
    dy = dy if np.issubdtype(dy.dtype, np.inexact) else dy.astype(np.float64)
    size = pair("size", size)
    stride = size if stride is None else pair("stride", stride)
    counted = size[0] * size[1] * (1 if count_include_pad else pixels)
    widths = padding_widths(x.shape[2:], size, stride, padding)
    (top, bottom), (left, right) = widths
    canvas = (top + x.shape[2] + bottom, left + x.shape[3] + right)
    shares = (dy / counted).astype(dy.dtype)
    stamps = np.ones((x.shape[1], 1, *size), dy.dtype)  # a depthwise convolution with equal weights
    return crop(stamp(shares, stamps, canvas, stride, groups=x.shape[1]), widths).copy()


def activation_gradient(derivative: Callable[[Array], Array], x: ArrayLike, dy: ArrayLike) -> Array:
    """Go backward through an activation that acts on each number by itself.

    ∂L/∂x = f′(x) · dy: the Jacobian is diagonal, so that a product of entries is all

    Args:
        derivative: f′, such as activations.relu_derivative.
        x: any shape. What went into the activation.
        dy: shape of x. ∂L/∂y.
    Returns:
        ∂L/∂x, shape of x.
    Raises:
        ValueError: dy has not the shape of x.
    Example:
        >>> activation_gradient(lambda x: 2 * x, [3.0, 4.0], [1.0, 10.0]).tolist()  # of x²
        [6.0, 80.0]
    """
    x = np.asarray(x)
    return derivative(x) * as_output_gradient(dy, x.shape)


def softmax_gradient(x: ArrayLike, dy: ArrayLike, axis: int = -1) -> Array:
    """Go backward through softmax, without its Jacobian.

    ∂L/∂x_j = Σ_i dy_i · p_i (δ_ij − p_j) = p_j (dy_j − Σ_i dy_i p_i)

    Args:
        x: any shape. Logits; dimensionless.
        dy: shape of x. ∂L/∂p.
        axis: the axis of the classes.
    Returns:
        ∂L/∂x, shape of x; it sums to 0 along axis.
    Raises:
        ValueError: as softmax, or dy has not the shape of x.
    Example:
        >>> softmax_gradient([0.0, 0.0], [1.0, 0.0]).tolist()
        [0.25, -0.25]
    """
    p = softmax(x, axis)
    dy = as_output_gradient(dy, p.shape)
    return p * (dy - (dy * p).sum(axis=axis, keepdims=True))

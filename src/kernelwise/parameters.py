"""Parameters: how many numbers a layer learns, and the memory that they take."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from kernelwise.arguments import whole_number


def parameter_count(shape: Sequence[int], *, bias: bool = True) -> int:
    """Count the parameters of a convolution or of a dense layer.

    D(C·h·w + 1) for D kernels of C×h×w with a bias each; D(C + 1) for a dense layer of C inputs, D outputs

    The size of the images does not matter to a convolution. It does to a dense layer, where C is all pixels.

    Args:
        shape: of the kernel, (c_out, c_in/groups, k_h, k_w), or of the weights of a dense layer, (outputs,
            inputs): outputs first.
        bias: whether each output has one.
    Returns:
        How many numbers are learned.
    Raises:
        ValueError: shape has fewer than two axes, or an entry is no whole number of at least 1.
    Example:
        >>> parameter_count((1, 1, 3, 3)), parameter_count((64, 1, 3, 3)), parameter_count((32, 32))
        (10, 640, 1056)
    """
    if not isinstance(shape, Sequence) or isinstance(shape, str) or len(shape) < 2:
        raise ValueError(
            f"shape must be the shape of a kernel or of a matrix of weights, got {shape!r}: "
            "give outputs first, such as (64, 1, 3, 3), or (outputs, inputs)"
        )
    sizes = [whole_number(f"entry {axis} of shape", size, 1) for axis, size in enumerate(shape)]
    return prod(sizes) + (sizes[0] if bias else 0)


def memory_bytes(count: int, dtype: DTypeLike = np.float32) -> int:
    """Give the memory that numbers take.

    bytes = count · (bits of one number) / 8;  1 GB = 10⁹ bytes, 1 GiB = 2³⁰ bytes; a Gb is a giga*bit*

    Args:
        count: how many numbers, at least 0.
        dtype: numpy's type of each; float32, 4 bytes, is the default of Keras and PyTorch.
    Returns:
        Memory, bytes.
    Raises:
        ValueError: count is no whole number of at least 0.
    Example:
        >>> memory_bytes((256 * 256 * 3) ** 2) / 2**30  # one dense layer from a colour image to another, GiB
        144.0
    """
    return whole_number("count", count, 0) * np.dtype(dtype).itemsize

"""Arguments: checks that all share, so that a wrong shape or number is named where it was given."""

import math
from operator import index
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Pair = int | tuple[int, int]
Padding = Pair | Literal["same", "valid"]


def whole_number(name: str, value: object, least: int, most: int | None = None) -> int:
    """Check that an argument is a whole number within its limits.

    value ∈ ℤ, least ≤ value ≤ most

    Args:
        name: the argument's name, for the message.
        value: what the caller gave.
        least, most: the limits, both allowed; None: no upper limit.
    Returns:
        value as a Python int; numpy integers are accepted.
    Raises:
        ValueError: not a whole number (True, 2.0 and "2" are not), or outside the limits.
    Example:
        >>> whole_number("s", 2, 1)
        2
    """
    try:
        number = index(value)  # type: ignore[arg-type]  # anything without __index__ ends in the TypeError below
    except TypeError:
        number = None
    too_large = number is not None and most is not None and number > most
    if number is None or isinstance(value, bool) or number < least or too_large:
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(
            f"{name} must be a whole number {limits}, got {value!r}: give an integer, such as {max(least, 1)}"
        )
    return number


def quantity(name: str, value: object, least: float, most: float, unit: str = "") -> float:
    """Check that an argument is a finite number within its limits.

    value ∈ ℝ, least ≤ value ≤ most

    Args:
        name: the argument's name, for the message.
        value: what the caller gave.
        least, most: the limits, both allowed; ±math.inf: none.
        unit: of the three, for the message.
    Returns:
        value as a Python float.
    Raises:
        ValueError: not a finite number, or outside the limits.
    Example:
        >>> quantity("field", 2, 0.1, 10, "T")
        2.0
    """
    good = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not good or not math.isfinite(value) or not least <= value <= most:  # type: ignore[arg-type,operator]
        unit = f" {unit}" if unit else ""
        raise ValueError(f"{name} must be a number from {least:g} to {most:g}{unit}, got {value!r}")
    return float(value)  # type: ignore[arg-type]


def interval(name: str, value: object, least: float, most: float, unit: str = "") -> tuple[float, float]:
    """Check that an argument is a range within its limits.

    (a, b), least ≤ a ≤ b ≤ most

    Args:
        name: the argument's name, for the message.
        value: what the caller gave: two finite numbers, the smaller one first.
        least, most: the limits, both allowed.
        unit: of all, for the message.
    Returns:
        (a, b) as Python floats.
    Raises:
        ValueError: not two finite numbers, in the wrong order, or outside the limits.
    Example:
        >>> interval("high", (5, 20), 0.1, 1000, "GeV")
        (5.0, 20.0)
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError(f"{name} must be two numbers (smallest, largest), got {value!r}")
    low = quantity(f"{name}[0]", value[0], least, most, unit)
    high = quantity(f"{name}[1]", value[1], least, most, unit)
    if low > high:
        raise ValueError(f"{name} must have its smallest number first, got {value!r}")
    return low, high


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


def as_images(x: ArrayLike) -> Array:
    """Check that the argument is a batch of images.

    x[n,c,i,j]

    Args:
        x: (n, c, h, w) of any dtype. Images.
    Returns:
        x as an array, not copied if it is one.
    Raises:
        ValueError: not four axes, or an image without a pixel; the message gives the shape.
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


def as_vector(name: str, x: ArrayLike) -> Array:
    """Check that the argument is a vector.

    x[i]

    Args:
        name: the argument's name, for the message.
        x: (w,) of any dtype, such as a signal or its kernel.
    Returns:
        x as an array, not copied if it is one.
    Raises:
        ValueError: not one axis, or no entry; the message gives the shape.
    Example:
        >>> as_vector("x", [1, 2, 3]).shape
        (3,)
    """
    x = np.asarray(x)
    if x.ndim != 1 or x.size == 0:
        raise ValueError(
            f"{name} must be a vector with at least one entry, got shape {x.shape}: "
            "flatten it, or use the function for images"
        )
    return x


def as_kernel(kernel: ArrayLike, layout: str = "(c_out, c_in, k_h, k_w)") -> Array:
    """Check that the argument is a bank of kernels.

    kernel[o,c,a,b]

    Args:
        kernel: four axes of any dtype.
        layout: what the axes mean, for the message.
    Returns:
        kernel as an array, not copied if it is one.
    Raises:
        ValueError: not four axes, or one of size 0; the message gives the shape.
    Example:
        >>> as_kernel(np.ones((2, 1, 3, 3))).shape
        (2, 1, 3, 3)
    """
    kernel = np.asarray(kernel)
    if kernel.ndim != 4 or 0 in kernel.shape:
        raise ValueError(
            f"kernel must have shape {layout} with no size 0, got {kernel.shape}: "
            "reshape it; one kernel for grey images is kernel[None, None]"
        )
    return kernel


def as_bias(bias: ArrayLike | None, c_out: int) -> Array | None:
    """Check that the argument is one number for each output channel.

    b[o]

    Args:
        bias: (c_out,) of any dtype, or None.
        c_out: how many channels the output has.
    Returns:
        bias as an array, not copied if it is one; or None.
    Raises:
        ValueError: another shape, one that numpy would broadcast included.
    Example:
        >>> as_bias([1.0, 2.0], 2).tolist()
        [1.0, 2.0]
    """
    if bias is None:
        return None
    bias = np.asarray(bias)
    if bias.shape != (c_out,):
        raise ValueError(
            f"bias must have shape ({c_out},), one number for each kernel, got {bias.shape}: "
            "give one bias for each output channel"
        )
    return bias


def as_output_gradient(dy: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Check that a gradient has the shape of the output that it belongs to.

    dy = ∂L/∂y

    Args:
        dy: gradient of a loss L with respect to the output y; units of L over units of y.
        shape: of y.
    Returns:
        dy as an array, not copied if it is one.
    Raises:
        ValueError: another shape, one that numpy would broadcast included.
    Example:
        >>> as_output_gradient([1.0, 0.0], (2,)).tolist()
        [1.0, 0.0]
    """
    dy = np.asarray(dy)
    if dy.shape != shape:
        raise ValueError(
            f"dy must have the shape {shape} of the output, got {dy.shape}: "
            "give one number for each output, and the same options as forward"
        )
    return dy

"""Activations: the non-linearities between layers, and their derivatives with respect to their argument.

All act on arrays of any shape and on plain numbers. Floats keep their dtype; integers become float64 where
the result is no integer. The argument of an exponential has no unit: sigmoid, tanh and softmax want
dimensionless input.
"""

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array


def relu(x: ArrayLike) -> Array:
    """Keep what is positive.

    y = max(0, x)

    Args:
        x: any shape. Units: any.
    Returns:
        Shape, dtype and units of x. NaN stays NaN.
    Source: Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann machines", ICML.
    Example:
        >>> relu([[7, -3, 3], [-3, 5, -3], [3, -3, 7]]).tolist()
        [[7, 0, 3], [0, 5, 0], [3, 0, 7]]
    """
    return np.maximum(x, 0)


def relu_derivative(x: ArrayLike) -> Array:
    """Differentiate relu.

    dy/dx = 1 for x > 0, 0 for x < 0; at the kink x = 0 the value 0 is chosen, as Keras and PyTorch do

    Args:
        x: any shape. Units: any.
    Returns:
        Shape and dtype of x; dimensionless.
    Source: the choice at 0 as in torch.nn.functional.relu.
    Example:
        >>> relu_derivative([-2.0, 0.0, 3.0]).tolist()
        [0.0, 0.0, 1.0]
    """
    x = np.asarray(x)
    return (x > 0).astype(x.dtype)


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Array:
    """Keep what is positive and a little of what is negative.

    y = x for x > 0, slope · x otherwise

    Args:
        x: any shape. Units: any.
        slope: dimensionless. 0.01 is PyTorch's default; Keras's layer has 0.3 and its function 0.2.
    Returns:
        Shape and units of x; floats keep their dtype, integers become float64.
    Source: Maas, Hannun & Ng 2013, "Rectifier nonlinearities improve neural network acoustic models", ICML.
    Example:
        >>> leaky_relu([-2.0, 3.0], slope=0.5).tolist()
        [-1.0, 3.0]
    """
    x = np.asarray(x)
    return np.where(x > 0, x, slope * x)


def leaky_relu_derivative(x: ArrayLike, slope: float = 0.01) -> Array:
    """Differentiate leaky_relu.

    dy/dx = 1 for x > 0, slope otherwise

    Args:
        x: any shape. Units: any.
        slope: dimensionless.
    Returns:
        Shape of x; floats keep their dtype, integers become float64; dimensionless.
    Source: the choice at 0 as in torch.nn.functional.leaky_relu.
    Example:
        >>> leaky_relu_derivative([-2.0, 3.0], slope=0.5).tolist()
        [0.5, 1.0]
    """
    x = _as_float(x)
    return np.where(x > 0, 1, slope).astype(x.dtype)


def sigmoid(x: ArrayLike) -> Array:
    """Squeeze the real axis into (0, 1).

    y = 1 / (1 + exp(−x)) = exp(x) / (1 + exp(x))

    The first form overflows for very negative x, the second for very positive x; each is used where it does
    not.

    Args:
        x: any shape. Dimensionless.
    Returns:
        Shape of x, in [0, 1]; floats keep their dtype, integers become float64.
    Source: the logistic function of Verhulst 1838.
    Example:
        >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
        [0.0, 0.5, 1.0]
    """
    x = _as_float(x)
    e = np.exp(-np.abs(x))  # never above 1
    return np.where(x < 0, e, 1) / (1 + e)


def sigmoid_derivative(x: ArrayLike) -> Array:
    """Differentiate sigmoid.

    dy/dx = y (1 − y) = σ(x) σ(−x), at most 1/4, at x = 0

    Args:
        x: any shape. Dimensionless.
    Returns:
        Shape of x, in [0, 0.25]; floats keep their dtype, integers become float64.
    Example:
        >>> sigmoid_derivative(0.0).item()
        0.25
    """
    x = _as_float(x)
    return sigmoid(x) * sigmoid(-x)  # 1 − σ(x) would lose every digit at large x


def tanh(x: ArrayLike) -> Array:
    """Squeeze the real axis into (−1, 1), antisymmetrically.

    y = (exp(x) − exp(−x)) / (exp(x) + exp(−x)) = 2σ(2x) − 1

    Args:
        x: any shape. Dimensionless.
    Returns:
        Shape of x, in [−1, 1]; floats keep their dtype, integers become float64.
    Source: numpy.tanh.
    Example:
        >>> tanh([-1000.0, 0.0, 1000.0]).tolist()
        [-1.0, 0.0, 1.0]
    """
    return np.tanh(_as_float(x))


def tanh_derivative(x: ArrayLike) -> Array:
    """Differentiate tanh.

    dy/dx = 1 − y² = 4 σ(2x) σ(−2x), in (0, 1]; −1…1 is the range of tanh itself

    Args:
        x: any shape. Dimensionless.
    Returns:
        Shape of x, in [0, 1]; floats keep their dtype, integers become float64.
    Example:
        >>> tanh_derivative(0.0).item()
        1.0
    """
    return 4 * sigmoid_derivative(2 * _as_float(x))  # 1 − y² would lose every digit at large |x|


def softmax(x: ArrayLike, axis: int = -1) -> Array:
    """Turn scores (logits) into probabilities.

    p_i = exp(x_i) / Σ_j exp(x_j) = exp(x_i − m) / Σ_j exp(x_j − m),  m = max_j x_j, so that nothing overflows

    Args:
        x: any shape of at least one axis. Logits; dimensionless.
        axis: the axis of the classes.
    Returns:
        Shape of x, non-negative, sums to 1 along axis; floats keep their dtype, integers become float64.
    Raises:
        ValueError: x is a plain number, or has no such axis, or no class along it.
    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs", NATO
        ASI.
    Example:
        >>> softmax([1000.0, 1000.0]).tolist()
        [0.5, 0.5]
    """
    x = _as_float(x)
    if not -x.ndim <= axis < x.ndim or x.shape[axis] == 0:
        raise ValueError(
            f"softmax needs at least one class along axis {axis}, got shape {x.shape}: "
            "give logits such as (n, classes), and the axis of the classes"
        )
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_jacobian(x: ArrayLike) -> Array:
    """Differentiate softmax along the last axis.

    ∂p_i/∂x_j = p_i (δ_ij − p_j)

    Args:
        x: (…, k). Logits; dimensionless.
    Returns:
        (…, k, k), symmetric, every row sums to 0; floats keep their dtype, integers become float64.
    Raises:
        ValueError: as softmax.
    Example:
        >>> softmax_jacobian([0.0, 0.0]).tolist()
        [[0.25, -0.25], [-0.25, 0.25]]
    """
    p = softmax(x)
    return p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])


def _as_float(x: ArrayLike) -> Array:
    """Integers and booleans become float64, floats stay as they are."""
    x = np.asarray(x)
    return x if np.issubdtype(x.dtype, np.inexact) else x.astype(np.float64)

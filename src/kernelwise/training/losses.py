"""Losses by name, the same in both frameworks; each is a mean over all answers of a batch."""

from collections.abc import Callable
from typing import Any

# Adam's constants. Keras has ε = 1e-7 and torch 1e-8: twins need the same.
ADAM_BETAS = (0.9, 0.999)
ADAM_EPSILON = 1e-8

LOSSES = ("cross entropy", "binary cross entropy", "mean squared error")


def torch_loss(loss: str | Callable) -> Callable:
    """Look up a loss in torch.

    cross entropy: −ln softmax(output)[y];  binary: −ln σ(output) for y = 1, −ln σ(−output) for y = 0;  mean
    squared error: (output − y)²

    Args:
        loss: one of LOSSES, or a function of (output, y).
    Returns:
        Function of (output, y), tensors, that gives a scalar.
    Raises:
        ValueError: the name is unknown.
    Example:
        >>> import torch
        >>> torch_loss("binary cross entropy")(torch.zeros(5, 1), torch.ones(5)).item()  # ln 2
        0.6931471824645996
    """
    from torch.nn import functional

    def cross_entropy(output: Any, y: Any) -> Any:
        return functional.cross_entropy(output.reshape(-1, output.shape[-1]), y.reshape(-1))

    def binary_cross_entropy(output: Any, y: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(output.reshape(y.shape), y.to(output.dtype))

    def mean_squared_error(output: Any, y: Any) -> Any:
        return functional.mse_loss(output.reshape(y.shape), y.to(output.dtype))

    return _chosen(loss, cross_entropy, binary_cross_entropy, mean_squared_error)


def keras_loss(loss: str | Callable) -> Callable:
    """Look up a loss in Keras.

    The same as torch_loss.

    Args:
        loss: one of LOSSES, or a function of (output, y).
    Returns:
        Function of (output, y), tensors, that gives a scalar.
    Raises:
        ValueError: the name is unknown.
    Example:
        >>> import keras
        >>> float(keras_loss("binary cross entropy")(keras.ops.zeros((5, 1)), keras.ops.ones(5)))  # ln 2
        0.6931471824645996
    """
    from keras import ops

    def cross_entropy(output: Any, y: Any) -> Any:
        return ops.mean(ops.sparse_categorical_crossentropy(y, output, from_logits=True))

    def binary_cross_entropy(output: Any, y: Any) -> Any:
        y = ops.cast(y, output.dtype)
        return ops.mean(ops.binary_crossentropy(y, ops.reshape(output, ops.shape(y)), from_logits=True))

    def mean_squared_error(output: Any, y: Any) -> Any:
        y = ops.cast(y, output.dtype)
        return ops.mean(ops.square(ops.reshape(output, ops.shape(y)) - y))

    return _chosen(loss, cross_entropy, binary_cross_entropy, mean_squared_error)


def refuse_activation(loss: str, last: str) -> None:
    """Refuse a network that ends in a sigmoid or softmax, since the cross entropies apply it themselves.

    σ(σ(z)) ∈ (1/2, 0.731): such a training runs, and hardly learns

    Args:
        loss: its name.
        last: name of the network's last layer or activation.
    Raises:
        ValueError: the activation would be applied twice.
    Example:
        >>> refuse_activation("cross entropy", "Linear")
    """
    if "cross entropy" in loss and last.lower() in ("sigmoid", "softmax"):
        raise ValueError(
            f"the network ends in a {last.lower()}, and {loss!r} takes logits: "
            "leave the last activation out, such as with logits=True"
        )


def _chosen(loss: str | Callable, *functions: Callable) -> Callable:
    """Take the function that belongs to a name of LOSSES."""
    if callable(loss):
        return loss
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(map(repr, LOSSES))} or a function, got {loss!r}")
    return functions[LOSSES.index(loss)]

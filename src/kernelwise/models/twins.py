"""Twins: one network in Keras and in PyTorch, with the same weights.

Weights are copied layer by layer, in the order in which the layers were made. Keras's layout is the common
one: kernels (k_h, k_w, c_in, c_out) where torch has (c_out, c_in, k_h, k_w), dense matrices (inputs, outputs)
where torch has (outputs, inputs). The gates of an LSTM come in the same order: i, f, c, o and i, f, g, o are
two names of one thing.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from kernelwise.arguments import Array


def is_torch(model: Any) -> bool:
    """Tell a PyTorch network from a Keras one.

    torch.nn.Module ↦ True, keras.Model ↦ False

    Neither is loaded: a model exists only where its framework has been imported.

    Args:
        model: a network of either framework.
    Returns:
        Whether it is one of PyTorch.
    Raises:
        TypeError: neither.
    Example:
        >>> from kernelwise.models.torch_nets import first_mlp
        >>> is_torch(first_mlp())
        True
    """
    if "torch" in sys.modules and isinstance(model, sys.modules["torch"].nn.Module):
        return True
    if "keras" in sys.modules and isinstance(model, sys.modules["keras"].Model):
        return False
    raise TypeError(f"a network must be a torch.nn.Module or a keras.Model, got {type(model).__name__}")


def parameter_count(model: Any) -> tuple[int, int]:
    """Count the numbers in a network, and those that training changes.

    total = learned + frozen; the means and variances that batch norm keeps are frozen ones

    Args:
        model: keras.Model or torch.nn.Module.
    Returns:
        (total, trainable), as Keras counts them; torch's counters of batches are not counted.
    Raises:
        TypeError: neither.
    Example:
        >>> from kernelwise.models.torch_nets import deck_tracks
        >>> parameter_count(deck_tracks())
        (4216193, 4216001)
    """
    if is_torch(model):
        total = sum(value.numel() for value in _torch_state(model).values())
        return total, sum(value.numel() for value in model.parameters() if value.requires_grad)
    total, trainable = (
        sum(prod(variable.shape) for variable in variables)
        for variables in (model.weights, model.trainable_weights)
    )
    return total, trainable


def copy_weights(source: Any, target: Any) -> None:
    """Give one network the weights of its twin, in either direction.

    W_torch = W_keras with its axes turned: dense (1, 0), Conv2D (3, 2, 0, 1); biases as they are

    torch's LSTM may have two biases: b_keras = b_ih + b_hh, and into torch b_ih = b_keras, b_hh = 0.

    Args:
        source: keras.Model or torch.nn.Module of dense, convolution, batch-norm and LSTM layers.
        target: the other one, changed in place; nothing is changed where an error is raised.
    Raises:
        TypeError: a layer of a kind that is not known here, or neither framework.
        ValueError: layers differ in number, kind or shape; the message names them and gives both shapes.
    Source: Keras and PyTorch documentation of each layer.
    Example:
        >>> from kernelwise.models import keras_nets, torch_nets
        >>> copy_weights(keras_nets.first_mlp(), torch_nets.first_mlp())
    """
    given, wanted = list(_layers(source)), list(_layers(target))
    if len(given) != len(wanted):
        raise ValueError(
            f"the source has {len(given)} layers with weights ({', '.join(layer.label for layer in given)}), "
            f"the target {len(wanted)} ({', '.join(layer.label for layer in wanted)})"
        )
    for number, (mine, yours) in enumerate(zip(given, wanted, strict=True), start=1):
        if (mine.kind, mine.shapes) != (yours.kind, yours.shapes):
            raise ValueError(
                f"layer {number}: the source has {mine.label} with {mine.shapes}, "
                f"the target {yours.label} with {yours.shapes} (shapes in Keras's layout)"
            )
    for mine, yours in zip(given, wanted, strict=True):
        yours.write(mine.arrays)


@dataclass(frozen=True)
class _Layer:
    """The weights of one layer, in Keras's layout and order, and how to change them."""

    name: str
    kind: str
    arrays: list[Array]
    write: Callable[[list[Array]], None]

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the weights."""
        return [array.shape for array in self.arrays]

    @property
    def label(self) -> str:
        """Kind and name, for a message."""
        return f"{self.kind} {self.name!r}"


# Keras's name of a kind of layer for each of torch's.
_KINDS = {
    "Linear": "Dense",
    "Conv1d": "Conv1D",
    "Conv2d": "Conv2D",
    "ConvTranspose2d": "Conv2DTranspose",
    "BatchNorm1d": "BatchNormalization",
    "BatchNorm2d": "BatchNormalization",
    "LSTM": "LSTM",
}
# From torch's layout to Keras's, by the number of axes: biases; dense and LSTM; Conv1d; Conv2d and its
# transposed, whose channels are swapped in both frameworks.
_TO_KERAS = {1: (0,), 2: (1, 0), 3: (2, 1, 0), 4: (2, 3, 1, 0)}


def _layers(model: Any) -> Iterator[_Layer]:
    """List the layers that have weights."""
    return _torch_layers(model) if is_torch(model) else _keras_layers(model)


def _keras_layers(model: Any) -> Iterator[_Layer]:
    """List the layers of a Keras network, also of networks within it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _keras_layers(layer)
        elif layer.weights:
            kind = type(layer).__name__
            if kind not in _KINDS.values():
                raise TypeError(f"layer {layer.name!r} is a {kind}, which has no twin here")
            yield _Layer(layer.name, kind, layer.get_weights(), layer.set_weights)


def _torch_layers(model: Any) -> Iterator[_Layer]:
    """List the layers of a PyTorch network."""
    state = _torch_state(model)
    for name in dict.fromkeys(key.rpartition(".")[0] for key in state):
        module = model.get_submodule(name)
        kind = next((_KINDS[base.__name__] for base in type(module).__mro__ if base.__name__ in _KINDS), None)
        if kind is None:
            raise TypeError(f"layer {name!r} is a {type(module).__name__}, which has no twin here")
        weights = {key.rpartition(".")[2]: state[key] for key in state if key.rpartition(".")[0] == name}
        second_bias = weights.pop("bias_hh_l0", None) if kind == "LSTM" else None
        arrays = [np.transpose(w.cpu().numpy(), _TO_KERAS[w.ndim]) for w in weights.values()]
        if second_bias is not None:
            arrays[-1] = arrays[-1] + second_bias.cpu().numpy()
        yield _Layer(name, kind, arrays, _torch_writer(list(weights.values()), second_bias))


def _torch_writer(weights: list[Any], second_bias: Any) -> Callable[[list[Array]], None]:
    """Make a function that puts arrays in Keras's layout into these tensors."""

    def write(arrays: list[Array]) -> None:
        import torch

        for weight, array in zip(weights, arrays, strict=True):
            order = np.argsort(_TO_KERAS[weight.ndim])
            weight.copy_(torch.from_numpy(np.ascontiguousarray(np.transpose(array, order))))
        if second_bias is not None:
            second_bias.zero_()

    return write


def _torch_state(model: Any) -> dict[str, Any]:
    """Give all weights of a PyTorch network but batch norm's counters; they share memory with it."""
    return {
        name: value for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")
    }

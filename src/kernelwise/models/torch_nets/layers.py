"""Layers in PyTorch that several networks share; they start as Keras's do, and have Keras's constants."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

glorot = nn.init.xavier_uniform_
he = partial(nn.init.kaiming_uniform_, nonlinearity="relu")


class FlattenChannelsLast(nn.Module):
    """Flatten images in Keras's order (h, w, c), so that a dense layer has the same weights in both twins."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) → (n, h·w·c)."""
        return x.permute(0, 2, 3, 1).flatten(1)


class Scale(nn.Module):
    """Multiply by a constant, such as the pixels of an image."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Any shape → the same."""
        return x * self.factor


class LSTM(nn.LSTM):
    """An LSTM layer with one bias, as in Keras: torch's second one stays zero and is no parameter."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__(inputs, units, batch_first=True)
        del self.bias_hh_l0
        self.register_buffer("bias_hh_l0", torch.zeros(4 * units), persistent=False)
        self._init_flat_weights()  # torch keeps a list of the four arrays: name the new one there
        with torch.no_grad():
            glorot(self.weight_ih_l0)
            # Keras draws one orthogonal matrix (units, 4·units) for all four gates together.
            nn.init.orthogonal_(self.weight_hh_l0)
            self.bias_ih_l0.zero_()[units : 2 * units] = 1  # the forget gate starts open


def sequential(*layers: nn.Module | None) -> nn.Sequential:
    """Stack layers.

    y = f_n(… f_2(f_1(x)))

    Args:
        layers: one after the other; None is left out.
    Returns:
        The stack, its layers named 0, 1, 2, … without those left out.
    Example:
        >>> len(sequential(dense(2, 3), None, nn.ReLU()))
        2
    """
    return nn.Sequential(*[layer for layer in layers if layer is not None])


def dense(inputs: int, outputs: int, start: Callable = glorot) -> nn.Linear:
    """Make a dense layer that starts as Keras's does.

    y = Wx + b; b = 0 before training

    Args:
        inputs, outputs: numbers an example.
        start: fills the weights W, in place.
    Returns:
        Layer, (n, inputs) → (n, outputs).
    Example:
        >>> dense(3, 2).bias.tolist()
        [0.0, 0.0]
    """
    layer = nn.Linear(inputs, outputs)
    start(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def conv(c_in: int, c_out: int, kernel, *, start: Callable = he, bias: bool = True, **options) -> nn.Conv2d:
    """Make a convolution that starts as Keras's does.

    y = W∗x + b; b = 0 before training

    Args:
        c_in, c_out: channels.
        kernel: pixels, one number or (vertical, horizontal).
        start: fills the kernels W, in place.
        bias: whether there is one.
        options: further arguments of torch.nn.Conv2d.
    Returns:
        Layer, (n, c_in, h, w) → (n, c_out, h', w').
    Example:
        >>> conv(1, 2, 3, padding=1)(torch.zeros(5, 1, 8, 8)).shape
        torch.Size([5, 2, 8, 8])
    """
    layer = nn.Conv2d(c_in, c_out, kernel, bias=bias, **options)
    start(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def batch_norm(channels: int) -> nn.BatchNorm2d:
    """Make a batch normalisation with Keras's constants; torch's momentum is one minus Keras's 0.99.

    y = γ·(x − μ)/√(σ² + ε) + β, ε = 0.001

    Args:
        channels: of the images.
    Returns:
        Layer, (n, channels, h, w) → the same.
    Example:
        >>> batch_norm(2).eps
        0.001
    """
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def normed_conv(c_in: int, c_out: int, kernel, **options) -> list[nn.Module]:
    """Make convolution, batch norm, ReLU; the convolution needs no bias, since the norm subtracts it.

    y = relu(norm(W∗x))

    Args:
        c_in, c_out: channels.
        kernel: pixels, one number or (vertical, horizontal).
        options: further arguments of torch.nn.Conv2d.
    Returns:
        The three layers.
    Example:
        >>> sequential(*normed_conv(1, 2, 3))(torch.zeros(5, 1, 8, 8)).shape
        torch.Size([5, 2, 6, 6])
    """
    return [conv(c_in, c_out, kernel, bias=False, **options), batch_norm(c_out), nn.ReLU()]

"""Networks for Fashion-MNIST, in PyTorch."""

from collections.abc import Sequence

from torch import nn

from kernelwise.models.torch_nets.layers import FlattenChannelsLast, conv, dense, he, normed_conv, sequential


def fashion_cnn() -> nn.Module:
    """Build a simple network.

    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> import torch
        >>> fashion_cnn()(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    return sequential(
        conv(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        conv(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        FlattenChannelsLast(),
        dense(5 * 5 * 64, 64, start=he),
        nn.ReLU(),
        dense(64, 10),
    )


def fashion_best(widths: Sequence[int] = (32, 64, 96), dropout: float = 0.2) -> nn.Module:
    """Build a better network, with batch norm and dropout.

    Args:
        widths: channels at the three sizes.
        dropout: probability to drop a channel's mean before the last layer.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: dropout is no probability.
    Example:
        >>> import torch
        >>> fashion_best()(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    first, second, third = widths
    return sequential(
        conv(1, first, 5, padding=2),
        nn.MaxPool2d(2),
        nn.ReLU(),
        *normed_conv(first, second, 3, padding=1),
        nn.MaxPool2d(2),
        *normed_conv(second, third, 3, padding=1),
        *normed_conv(third, third, 3, padding=1),
        nn.AdaptiveAvgPool2d(1),
        FlattenChannelsLast(),
        nn.Dropout(dropout),
        dense(third, 10),
    )

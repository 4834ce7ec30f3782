"""Networks for images of rectangles and circles, in PyTorch."""

from collections.abc import Sequence

from torch import nn

from kernelwise.arguments import whole_number
from kernelwise.models.torch_nets.layers import FlattenChannelsLast, Scale, dense, he, normed_conv, sequential


def shape_classifier() -> nn.Module:
    """Build a network that tells rectangle from circle.

    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> import torch
        >>> shape_classifier()(torch.zeros(5, 1, 64, 64)).shape
        torch.Size([5, 2])
    """
    return sequential(*_pyramid((8, 16, 32)), nn.AdaptiveAvgPool2d(1), FlattenChannelsLast(), dense(32, 2))


def shape_counter(most: int = 4) -> nn.Module:
    """Build a network that counts rectangles and circles.

    Args:
        most: the largest number of either shape.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: most is no whole number of at least 1.
    Example:
        >>> import torch
        >>> shape_counter()(torch.zeros(5, 1, 64, 64)).shape
        torch.Size([5, 2, 5])
    """
    numbers = whole_number("most", most, 1) + 1
    return sequential(
        *_pyramid((16, 32, 64, 96)),
        nn.AdaptiveAvgPool2d(1),
        FlattenChannelsLast(),
        dense(96, 64, start=he),
        nn.ReLU(),
        dense(64, 2 * numbers),
        nn.Unflatten(1, (2, numbers)),
    )


def shape_locator() -> nn.Module:
    """Build a network that finds the box of one shape.

    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> import torch
        >>> shape_locator()(torch.zeros(5, 1, 64, 64)).shape
        torch.Size([5, 4])
    """
    return sequential(
        *_pyramid((16, 32, 32)),
        FlattenChannelsLast(),
        dense(8 * 8 * 32, 64, start=he),
        nn.ReLU(),
        dense(64, 4),
        nn.Sigmoid(),
        Scale(64),
    )


def _pyramid(widths: Sequence[int]) -> list[nn.Module]:
    """Make a stage for each width that halves the image: the first kernel is 5×5, the others 3×3."""
    layers: list[nn.Module] = []
    for stage, (c_in, c_out) in enumerate(zip((1, *widths), widths, strict=False)):
        k = 5 if stage == 0 else 3
        layers += [*normed_conv(c_in, c_out, k, padding=k // 2), nn.MaxPool2d(2)]
    return layers

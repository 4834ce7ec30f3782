"""Networks for images of tracks, in PyTorch."""

from collections.abc import Sequence

from torch import nn

from kernelwise.models.catalogue import check_deck_tracks, check_small_tracks
from kernelwise.models.torch_nets.layers import (
    FlattenChannelsLast,
    batch_norm,
    conv,
    dense,
    he,
    normed_conv,
    sequential,
)


def deck_tracks(size: int = 128, *, logits: bool = False) -> nn.Module:
    """Build deck P's network.

    Args:
        size: of the square images, pixels; a multiple of 4.
        logits: leave the last sigmoid out, as the losses of kernelwise.training need it.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: size is no multiple of 4.
    Example:
        >>> import torch
        >>> deck_tracks(32)(torch.zeros(5, 1, 32, 32)).shape
        torch.Size([5, 1])
    """
    check_deck_tracks(size)
    return sequential(
        conv(1, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        batch_norm(32),
        conv(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        batch_norm(64),
        FlattenChannelsLast(),
        dense((size // 4) ** 2 * 64, 64, start=he),
        nn.ReLU(),
        dense(64, 32, start=he),
        nn.ReLU(),
        dense(32, 1),
        None if logits else nn.Sigmoid(),
    )


def small_tracks(
    widths: Sequence[int] = (16, 32, 64, 96),
    heights: Sequence[int] = (5, 7, 7, 9),
    strides: Sequence[int] = (1, 1, 2, 1),
    *,
    strip: int = 8,
) -> nn.Module:
    """Build a network that knows the detector: it merges planes two by two.

    Args:
        widths: channels after each merging convolution.
        heights: of the kernels along y, odd; as many as widths.
        strides: along y; as many as widths.
        strip: columns that belong to one plane; images have strip·2^len(widths).
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: widths, heights and strides differ in length, or a height is even.
    Example:
        >>> import torch
        >>> small_tracks()(torch.zeros(5, 1, 128, 128)).shape
        torch.Size([5, 1])
    """
    check_small_tracks(widths, heights, strides)
    layers: list[nn.Module] = [nn.MaxPool2d((1, strip))]
    for c_in, c_out, height, stride in zip((1, *widths), widths, heights, strides, strict=False):
        layers += normed_conv(c_in, c_out, (height, 2), stride=(stride, 2), padding=(height // 2, 0))
    return sequential(*layers, nn.AdaptiveMaxPool2d(1), FlattenChannelsLast(), dense(widths[-1], 1))

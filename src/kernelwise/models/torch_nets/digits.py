"""Networks for handwritten digits, in PyTorch."""

from torch import nn

from kernelwise.models.torch_nets.layers import FlattenChannelsLast, conv, dense, glorot, sequential


def digits_mlp(*, logits: bool = False) -> nn.Module:
    """Build deck R's perceptron.

    Args:
        logits: leave the last softmax out, as the losses of kernelwise.training need it.
    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> import torch
        >>> digits_mlp()(torch.zeros(5, 784)).shape
        torch.Size([5, 10])
    """
    return sequential(
        dense(784, 64),
        nn.ReLU(),
        dense(64, 64),
        nn.ReLU(),
        dense(64, 10),
        None if logits else nn.Softmax(dim=1),
    )


def digits_cnn(*, logits: bool = False) -> nn.Module:
    """Build deck D's convolutional network.

    Args:
        logits: leave the last softmax out, as the losses of kernelwise.training need it.
    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> import torch
        >>> digits_cnn()(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    return sequential(
        conv(1, 64, 3, start=glorot),
        nn.ReLU(),
        conv(64, 32, 3, start=glorot),
        nn.ReLU(),
        FlattenChannelsLast(),
        dense(24 * 24 * 32, 10),
        None if logits else nn.Softmax(dim=1),
    )

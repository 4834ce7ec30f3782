"""Networks for vectors, in PyTorch."""

from torch import nn

from kernelwise.models.torch_nets.layers import dense, sequential


def first_mlp(*, logits: bool = False) -> nn.Module:
    """Build the first multilayer perceptron of deck R.

    Args:
        logits: leave the last sigmoid out, as the losses of kernelwise.training need it.
    Returns:
        Model; the catalogue has its facts.
    Example:
        >>> import torch
        >>> first_mlp()(torch.zeros(5, 32)).shape
        torch.Size([5, 1])
    """
    return sequential(dense(32, 32), nn.ReLU(), dense(32, 1), None if logits else nn.Sigmoid())

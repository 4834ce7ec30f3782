"""Networks for sequences of vectors, in PyTorch."""

import torch
from torch import Tensor, nn

from kernelwise.arguments import whole_number
from kernelwise.models.torch_nets.layers import LSTM, dense


class LstmMax(nn.Module):
    """One LSTM layer, then one dense layer on its last output."""

    def __init__(self, units: int, steps: int) -> None:
        super().__init__()
        self.lstm = LSTM(2, units)
        self.dense = dense(units, steps + 1)

    def forward(self, x: Tensor) -> Tensor:
        """(n, steps, 2) → (n, steps + 1): logits of the position, then the length."""
        h, _ = self.lstm(x)
        return self.dense(h[:, -1])


class LstmScores(nn.Module):
    """One LSTM layer, then one dense layer on its output at every step."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.lstm = LSTM(2, units)
        self.dense = dense(units, 2)

    def forward(self, x: Tensor) -> Tensor:
        """(n, steps, 2) → (n, steps + 1): a score for every step, then the length that the last one gives."""
        h, _ = self.lstm(x)
        y = self.dense(h)
        return torch.cat([y[:, :, 0], y[:, -1:, 1]], dim=1)


def lstm_max(units: int = 64, steps: int = 20) -> nn.Module:
    """Build a network that remembers the longest vector of a sequence.

    Args:
        units: of the LSTM layer.
        steps: vectors in a sequence.
    Returns:
        Model; the catalogue has its facts.
    Raises:
        ValueError: units or steps is no whole number of at least 1.
    Example:
        >>> lstm_max()(torch.zeros(5, 20, 2)).shape
        torch.Size([5, 21])
    """
    return LstmMax(whole_number("units", units, 1), whole_number("steps", steps, 1))


def lstm_scores(units: int = 32) -> nn.Module:
    """Build a network that gives every vector of a sequence a score.

    Args:
        units: of the LSTM layer.
    Returns:
        Model for any number of steps; the catalogue has its facts.
    Raises:
        ValueError: units is no whole number of at least 1.
    Example:
        >>> lstm_scores()(torch.zeros(5, 20, 2)).shape
        torch.Size([5, 21])
    """
    return LstmScores(whole_number("units", units, 1))

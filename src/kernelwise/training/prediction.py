"""Prediction: a network's output for many examples, whatever framework it is written in."""

import sys
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, whole_number
from kernelwise.training.batches import slices
from kernelwise.training.keras_fit import keras_input
from kernelwise.training.torch_fit import torch_input


def predict(model: Any, x: ArrayLike, batch_size: int = 500) -> Array:
    """Give a network's output in inference mode.

    y = f(x), a batch at a time: batch norm with its running means, no dropout, no gradients

    Args:
        model: torch.nn.Module or keras.Model; a torch model is in inference mode afterwards.
        x: (n, …), as in fit_torch: uint8 is divided by 255, grey images are (n, h, w), images (n, c, h, w).
        batch_size: examples at a time; it changes memory and speed alone.
    Returns:
        (n, …) float32. Output of the network.
    Raises:
        ValueError: x holds no example, or batch_size is no whole number of at least 1.
    Example:
        >>> from kernelwise.models.torch_nets import first_mlp
        >>> predict(first_mlp(), np.zeros((3, 32))).tolist()
        [[0.5], [0.5], [0.5]]
    """
    x, size = np.asarray(x), whole_number("batch_size", batch_size, 1)
    if x.ndim == 0 or not len(x):
        raise ValueError(f"x must hold at least one example, got shape {x.shape}")
    # A torch model exists only where torch has been imported: no need to load it here.
    is_torch = "torch" in sys.modules and isinstance(model, sys.modules["torch"].nn.Module)
    predict_batch = _predict_torch if is_torch else _predict_keras
    return np.concatenate([predict_batch(model, x[rows]) for rows in slices(len(x), size)])


def _predict_torch(model: Any, x: Array) -> Array:
    """Give the output of a PyTorch network for one batch."""
    import torch

    device = next(model.parameters()).device
    with torch.inference_mode():
        return model.eval()(torch_input(model, x, device)).cpu().numpy()


def _predict_keras(model: Any, x: Array) -> Array:
    """Give the output of a Keras network for one batch."""
    return model.predict_on_batch(keras_input(model, x))

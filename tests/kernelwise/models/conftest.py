"""Twins with random weights, and inputs for them."""

import keras
import numpy as np
import pytest
import torch

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.twins import copy_weights


@pytest.fixture
def rng():
    """Seeded random numbers."""
    return np.random.default_rng(0)


@pytest.fixture
def scrambled(rng):
    """Keras network → the same with every weight random, so that no two arrays can be mistaken for each other."""

    def scramble(model):
        for layer in model.layers:
            weights = [rng.normal(0, 0.05, w.shape) for w in layer.get_weights()]
            if isinstance(layer, keras.layers.BatchNormalization):
                weights = [1 + weights[0], weights[1], weights[2], 1 + rng.uniform(size=weights[3].shape)]
            layer.set_weights(weights)
        return model

    return scramble


@pytest.fixture
def twins(scrambled):
    """Name, arguments → a Keras network with random weights, and its torch twin with the same."""

    def build(name, **options):
        ours = scrambled(getattr(keras_nets, name)(**options))
        theirs = getattr(torch_nets, name)(**options)
        copy_weights(ours, theirs)
        return ours, theirs

    return build


@pytest.fixture
def inputs(rng):
    """Shape of one example, images (h, w, c) → random inputs for both twins; what is free is 40 pixels, 20 steps."""

    def draw(shape, n=4):
        shape = [size or (40 if len(shape) == 3 else 20) for size in shape]
        x = rng.uniform(size=(n, *shape)).astype(np.float32)
        return x, torch.from_numpy(np.moveaxis(x, -1, 1).copy() if x.ndim == 4 else x)

    return draw

"""Weights are copied between the frameworks layer by layer, and what does not fit is named."""

import keras
import numpy as np
import pytest
import torch
from torch import nn

from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.files import save_weights
from kernelwise.models.twins import copy_weights, parameter_count


def test_two_biases_of_torch_become_one(rng):
    """torch's own LSTM has two biases: Keras gets their sum, and the output stays."""
    theirs = nn.Sequential()
    theirs.add_module("lstm", nn.LSTM(3, 4, batch_first=True))
    ours = keras.Sequential([keras.Input((6, 3)), keras.layers.LSTM(4, return_sequences=True)])
    copy_weights(theirs, ours)
    x = rng.normal(size=(2, 6, 3)).astype(np.float32)
    expected, _ = theirs(torch.from_numpy(x))
    np.testing.assert_allclose(np.asarray(ours(x)), expected.detach().numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs", "shape"),
    [
        (keras.layers.Conv1D(4, 3), nn.Conv1d(2, 4, 3), (8, 2)),
        (keras.layers.Conv2DTranspose(4, 3, strides=2), nn.ConvTranspose2d(2, 4, 3, stride=2), (5, 6, 2)),
    ],
)
def test_other_convolutions_are_copied(ours, theirs, shape, rng, scrambled):
    """One-dimensional and transposed convolutions have twins too, though no network above uses them."""
    model = scrambled(keras.Sequential([keras.Input(shape), ours]))
    copy_weights(model, nn.Sequential(theirs))
    x = rng.normal(size=(2, *shape)).astype(np.float32)
    output = theirs(torch.from_numpy(np.moveaxis(x, -1, 1).copy())).detach().numpy()
    np.testing.assert_allclose(np.moveaxis(output, 1, -1), np.asarray(model(x)), atol=1e-5)


def test_copy_looks_into_networks_within(rng):
    """A Keras network used as a layer is copied layer by layer."""
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(5)])
    ours = keras.Sequential([keras.Input((3,)), inner, keras.layers.Dense(2)])
    theirs = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5)), nn.Linear(5, 2))
    copy_weights(ours, theirs)
    x = rng.normal(size=(2, 3)).astype(np.float32)
    np.testing.assert_allclose(theirs(torch.from_numpy(x)).detach().numpy(), np.asarray(ours(x)), atol=1e-6)


def test_copy_names_the_layer_whose_shape_differs():
    """The message gives the layer in both networks and both shapes, and the target keeps its weights."""
    ours = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2, name="head")])
    theirs = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 3))
    before = theirs[0].weight.detach().clone()
    message = r"layer 2: the source has Dense 'head' with \[\(4, 2\), \(2,\)\], the target Dense '1' with \[\(4, 3\)"
    with pytest.raises(ValueError, match=message):
        copy_weights(ours, theirs)
    assert torch.equal(theirs[0].weight, before)


def test_copy_tells_kinds_apart():
    """A one-step LSTM matrix and a dense one may have the same shape: the kind decides."""
    ours = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    with pytest.raises(ValueError, match=r"layer 1: the source has Dense .*, the target Conv1D '0'"):
        copy_weights(ours, nn.Sequential(nn.Conv1d(3, 4, 1)))


def test_copy_counts_the_layers():
    """A network with a layer more is no twin."""
    with pytest.raises(ValueError, match=r"the source has 2 layers with weights .*, the target 3"):
        copy_weights(keras_nets.first_mlp(), torch_nets.digits_mlp())


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.GRU(2, 3)),
        keras.Sequential([keras.Input((5, 2)), keras.layers.GRU(3)]),
    ],
)
def test_copy_refuses_unknown_layers(model):
    """A layer whose layouts nobody has compared is refused by name."""
    with pytest.raises(TypeError, match=r"layer .* is a GRU, which has no twin here"):
        copy_weights(model, torch_nets.first_mlp())


def test_only_networks_are_accepted(tmp_path):
    """What is neither a torch module nor a Keras model is named."""
    for call in (parameter_count, lambda model: save_weights(model, tmp_path / "x.safetensors")):
        with pytest.raises(TypeError, match=r"must be a torch.nn.Module or a keras.Model, got str"):
            call("first_mlp")

"""Other weights for one prediction: which numbers change, that they are lent, and that both libraries do."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.player.disturbance import disturbed


def network():
    """A torch network with parameters, averages, a counter, 16 bits and a single number."""
    model = torch.nn.Sequential(torch.nn.Linear(20, 30), torch.nn.BatchNorm1d(30), torch.nn.Linear(30, 1))
    model.register_buffer("short", torch.arange(8).to(torch.bfloat16))
    model.register_buffer("long_", torch.arange(8, dtype=torch.float64) / 3)
    return model.eval()


def state(model):
    """A copy of all that a file of weights holds."""
    return {name: value.double().numpy().copy() for name, value in model.state_dict().items()}


def test_shuffled_numbers_are_the_same_in_other_places():
    """A quarter of the places of each array; single numbers stay."""
    model = network()
    before = state(model)
    with disturbed(model, 1, shuffled=0.25):
        during = state(model)
    for name, numbers in before.items():
        assert np.array_equal(np.sort(during[name], axis=None), np.sort(numbers, axis=None))
    assert 0.15 < np.mean(during["0.weight"] != before["0.weight"]) < 0.35
    assert during["2.bias"] == before["2.bias"]


def test_noise_is_relative_to_the_spread():
    """Floats move by a few thousandths of it, whole numbers not at all."""
    model = network()
    before = state(model)
    with disturbed(model, 1, noise=0.003):
        during = state(model)
    moved = (during["0.weight"] - before["0.weight"]) / before["0.weight"].std()
    assert moved.std() == pytest.approx(0.003, rel=0.15)
    assert during["1.num_batches_tracked"] == before["1.num_batches_tracked"]
    assert 0 < abs(during["2.bias"] / before["2.bias"] - 1) < 0.02


@pytest.mark.parametrize("raises", [False, True])
def test_weights_are_lent(raises):
    """Afterwards the model is bit for bit what it was, also where the prediction failed."""
    model = network()
    before = state(model)
    try:
        with disturbed(model, 1, shuffled=1.0, noise=1.0):
            assert not np.array_equal(state(model)["0.weight"], before["0.weight"])
            if raises:
                raise ValueError
    except ValueError:
        pass
    after = state(model)
    assert all(np.array_equal(after[name], numbers) for name, numbers in before.items())


def test_a_seed_gives_the_same_weights_again():
    """Batches of one question see one and the same network."""
    model, seen = network(), []
    for seed in (1, 1, 2):
        with disturbed(model, seed, shuffled=0.5, noise=0.1):
            seen.append(state(model)["0.weight"])
    assert np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[0], seen[2])


def test_keras_models_have_their_weights_back():
    """Trained and averaged numbers change, also within a graph that was traced before."""
    import keras
    import tensorflow as tf

    layers = keras.layers
    model = keras.Sequential([keras.Input((20,)), layers.Dense(30), layers.BatchNormalization()])
    graph = tf.function(lambda x: model(x, training=False))
    x = np.ones((2, 20), np.float32)
    before, own = [np.asarray(variable).copy() for variable in model.weights], graph(x).numpy()
    with disturbed(model, 1, shuffled=0.5):
        assert not np.allclose(graph(x).numpy(), own)
    assert np.array_equal(graph(x).numpy(), own)
    assert all(np.array_equal(was, np.asarray(now)) for was, now in zip(before, model.weights, strict=True))

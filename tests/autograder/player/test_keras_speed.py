"""Keras in the student's process: prepared once, so that a short training is short, and no number changes."""

import sys
from types import SimpleNamespace

import pytest

from autograder.player import serve
from tests.autograder import toy_weights as toy

# TensorFlow runs in a process of its own: once it has run here, no test could fork.
TRAINING = """
import sys
import numpy as np
import keras
from autograder.player.keras_speed import hasten_keras

traced = []

class Counted(keras.Sequential):
    def train_step(self, *args, **kwargs):
        traced.append(1)
        return super().train_step(*args, **kwargs)

def train(first):
    keras.utils.set_random_seed(3)
    traced.clear()
    model = Counted([*first, keras.layers.Dense(3), keras.layers.BatchNormalization(), keras.layers.Dense(2)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    y = np.arange(64) % 2
    return model.fit(x, y, batch_size=16, epochs=3, verbose=0).history["loss"], len(traced)

def both():
    return train([keras.Input((4,))]), train([])
"""


@pytest.fixture(scope="module")
def trainings():
    """(Losses, traces of the training step) of a model that knows its input and of one that does not; before
    and after Keras was hastened."""
    code = f"{TRAINING}\nbefore = both()\nhasten_keras()\nprint([before, both()])"
    done = toy.python(code)
    assert done.returncode == 0, done.stderr
    before, after = eval(done.stdout.splitlines()[-1])
    return before, after


def test_hastened_training_gives_the_same_numbers(trainings):
    """What a student's training reaches must not depend on whose machine it runs on, but for rounding."""
    before, after = trainings
    for (losses, _), (hastened, _) in zip(before, after, strict=True):
        assert hastened == pytest.approx(losses, rel=1e-6)
    assert all(losses[2] < losses[0] for losses, _ in after)


def test_hastened_training_is_traced_once(trainings):
    """Keras traces the step twice by itself: the check that measures the gain would notice a Keras that does not."""
    (known, _), (hastened, unknown) = trainings
    assert (known[1], hastened[1]) == (2, 1)
    assert unknown[1] >= 1  # its variables are made within the step, as Keras has it


def test_hastened_loading_compares_with_one_layer_of_a_kind():
    """Keras makes one for each layer, of 50 here; the file and what is loaded of it are the same."""
    code = """
import sys, tempfile, keras, numpy as np
from keras.src.layers.layer import Layer
from autograder.player.keras_speed import hasten_keras
made = []
plain = Layer.__init__
def counted(self, *args, **kwargs):
    if type(self) is Layer:
        made.append(1)
    plain(self, *args, **kwargs)
Layer.__init__ = counted
model = keras.Sequential([keras.Input((3,)), *[keras.layers.Dense(3) for _ in range(50)]])
other = keras.models.clone_model(model)
def save_and_load():
    made.clear()
    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(folder + "/a.weights.h5")
        other.load_weights(folder + "/a.weights.h5")
    same = all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights(), strict=True))
    return len(made), same
before = save_and_load()
other.set_weights([0 * weight for weight in other.get_weights()])
hasten_keras()
print([before, save_and_load()])
"""
    done = toy.python(code)
    assert done.returncode == 0, done.stderr
    before, after = eval(done.stdout.splitlines()[-1])
    assert (before[0] > 50, before[1]) == (True, True)
    assert (after[0] <= 3, after[1]) == (True, True)


def test_hastening_without_keras_is_nothing():
    """An assignment in PyTorch has no Keras loaded."""
    done = toy.python(
        "import sys\nfrom autograder.player.keras_speed import hasten_keras\nhasten_keras()\nprint('keras' in sys.modules)"
    )
    assert done.stdout == "False\n"


def test_tensorflow_is_seeded_for_calls_and_not_for_batches(monkeypatch):
    """A seed throws away what TensorFlow has compiled: 30 to 100 ms for each batch of hundreds."""
    seeds = []
    fake = SimpleNamespace(utils=SimpleNamespace(set_random_seed=seeds.append))
    monkeypatch.setitem(sys.modules, "keras", fake)
    monkeypatch.setattr(serve.random, "seed", serve.random.seed)
    monkeypatch.setattr(serve.np.random.bit_generator, "randbits", serve.np.random.bit_generator.randbits)
    serve.seed_everything(5)
    serve.seed_everything(6, applied=True)
    assert seeds == [5]

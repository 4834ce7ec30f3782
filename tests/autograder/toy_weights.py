"""A toy assignment with weights: bright or dark images of 8 × 8 pixels, answered in PyTorch and in Keras."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import safetensors.numpy

from autograder.assignment import Assignment, load_assignment
from autograder.submission.weights import Weights

SETTINGS = """\
title = "Bright or dark"
preload = ["numpy", "numpy.random", "torch", "torch._dynamo", "keras"]
weights = ["classify"]

[budget]
cell_seconds = 8.0
notebook_seconds = 12.0
check_seconds = 8.0
submission_seconds = 60.0
weights_mb = 1
"""
NOTEBOOK = """\
# %%
import numpy as np
import torch
from autograder.notebook import check, save_weights

# %% question="classify"
def build_model():
    ### BEGIN SOLUTION
    layers = torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
    return torch.nn.Sequential(torch.nn.Flatten(), *layers)
    ### END SOLUTION

# %% question="train"
def train(model, x, y, epochs=1):
    ### BEGIN SOLUTION
    x, y = torch.from_numpy(x[:, None]), torch.from_numpy(y)
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    model.train()
    for _ in range(epochs):
        for i in range(0, len(x), 64):
            loss = torch.nn.functional.cross_entropy(model(x[i : i + 64]), y[i : i + 64])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model
    ### END SOLUTION

# %% question="predict"
def predict(model, x):
    ### BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x[:, None])).argmax(axis=1)
    ### END SOLUTION
"""
PUBLIC = '''\
"""Public checks."""

import numpy as np
import pytest

from autograder.checks import assert_logits, assert_shape


@pytest.mark.points(1)
@pytest.mark.question("classify")
def test_output(student):
    """The network must give two logits for each image."""
    got = student.model("classify")(np.eye(8, dtype=np.float32)[None].repeat(10, axis=0))
    assert_shape(got, (10, 2))
    assert_logits(got)
'''
HIDDEN = '''\
"""Hidden checks."""

import numpy as np
import pytest

from autograder.checks import assert_shape, fail, scale


def images(rng, n):
    """Return n images, and which of them are bright."""
    y = rng.integers(2, size=n)
    return (rng.normal(size=(n, 8, 8)) + 0.5 * (2 * y - 1)[:, None, None]).astype(np.float32), y


@pytest.mark.points(2)
@pytest.mark.question("classify")
def test_accuracy(student, rng):
    """The network must tell bright from dark on new images."""
    x, y = images(rng, 600)
    got = student.model("classify")(x)
    assert_shape(got, (600, 2))
    scale(float(np.mean(got.argmax(axis=1) == y)), half=0.7, full=0.95, n=600)


@pytest.mark.points(2)
@pytest.mark.question("train")
@pytest.mark.budget(seconds=TRAINING)
def test_training(student, rng):
    """A short training must make a fresh network better."""
    model = student.model("classify", weights=False)
    x, y = images(rng, 600)
    trained = student.train(model, x, y, epochs=3)
    scale(float(np.mean(trained(x).argmax(axis=1) == y)), half=0.7, full=0.9, n=600)


@pytest.mark.points(1)
@pytest.mark.question("predict")
def test_predict(student, rng):
    """predict must give the same class every time, whatever mode the network is in."""
    x, _ = images(rng, 600)
    model = student.model("classify", training=True)
    once, again = student.predict(model, x), student.predict(model, x)
    if not np.array_equal(once, again) or not np.array_equal(once, student.model("classify")(x).argmax(1)):
        fail("the dropout is still on: call model.eval()")
'''
KERAS = {
    "classify": """\
def build_model():
    import keras
    layers = keras.layers
    return keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(8),
                             layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(2)])
""",
    "train": """\
def train(model, x, y, epochs=1):
    import keras
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[..., None], y, epochs=epochs, batch_size=64, verbose=0)
    return model
""",
    "predict": """\
def predict(model, x):
    return np.argmax(model(x[..., None], training=False), axis=1)
""",
}


def make_assignment(folder: Path, training_seconds: int = 8) -> Assignment:
    """Write the toy assignment into `folder`/toy."""
    (folder / "toy").mkdir(parents=True)
    files = {"assignment.toml": SETTINGS, "notebook.py": NOTEBOOK}
    files |= {
        "checks_public.py": PUBLIC,
        "checks_hidden.py": HIDDEN.replace("TRAINING", str(training_seconds)),
    }
    for name, text in files.items():
        (folder / "toy" / name).write_text(text)
    return load_assignment(folder / "toy")


def python(code: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run code as a student would, in a process of its own, with both libraries quiet."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "KERAS_BACKEND": "tensorflow"}
    command = [sys.executable, "-B", "-c", code, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | quiet, capture_output=True, text=True, timeout=120
    )


def weights(data: bytes, framework: str = "torch") -> Weights:
    """Return these bytes as the weights that were handed in."""
    return Weights(("classify",), {("classify", framework): data})


def torch_state() -> dict[str, np.ndarray]:
    """Return weights of the reference that tell bright from dark: the sum of the pixels decides."""
    return {
        "1.weight": np.full((8, 64), 0.1, np.float32),
        "1.bias": np.zeros(8, np.float32),
        "2.weight": np.ones(8, np.float32),
        "2.bias": np.zeros(8, np.float32),
        "2.running_mean": np.zeros(8, np.float32),
        "2.running_var": np.ones(8, np.float32),
        "2.num_batches_tracked": np.array(1),
        "4.weight": np.array([[-1.0], [1.0]], np.float32).repeat(8, axis=1),
        "4.bias": np.zeros(2, np.float32),
    }


def torch_file(**changes: np.ndarray | None) -> bytes:
    """Return a safetensors file of `torch_state`, with changes; None leaves a tensor out."""
    state = torch_state() | {name.replace("_", ".", 1): value for name, value in changes.items()}
    return safetensors.numpy.save({name: value for name, value in state.items() if value is not None})


def keras_file(*edits: Callable[[h5py.File], None]) -> bytes:
    """Return a `.weights.h5` for the Keras answer that tells bright from dark, written without Keras."""
    state = torch_state()
    variables = {
        "dense": [state["1.weight"].T, state["1.bias"]],
        "batch_normalization": [state[f"2.{n}"] for n in ("weight", "bias", "running_mean", "running_var")],
        "dense_1": [state["4.weight"].T, state["4.bias"]],
    }
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        file.create_group("vars")
        for layer, values in variables.items():
            for index, value in enumerate(values):
                file[f"layers/{layer}/vars/{index}"] = value
        for edit in edits:
            edit(file)
    return memory.getvalue()

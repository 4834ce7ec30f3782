"""The requests that the student's process answers; replies are dictionaries too.

| request | reply |
|---|---|
| `run` | `outputs`, `failure` (or None), `changed`: what it changed in the way later cells are read |
| `call` | `value` and `changed`: positions and names of arguments changed in place; or `failure` |
| `weights` | nothing |
| `model`, `apply`, `size` | `value`; or `problem`: a sentence for the student; or `failure` |

A failure is a record of `failures.Failure`. Between processes a request also has `id`, which the reply
repeats, and `seed`, with which randomness begins.

Before a player is ended for having taken too long, it gets a signal, and may send `{"place": text}`: where
the student's code is. Code that is deep in a library's loop cannot answer.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.wire.codec import Handle

Request = dict[str, Any]

# Where there is no such signal there is no player: `check` in a notebook does without.
PLACE_SIGNAL = getattr(signal, "SIGUSR1", signal.SIGTERM)
PLACE_SECONDS = 0.2


def run(source: str) -> Request:
    """Run a cell."""
    return {"op": "run", "source": source}


def call(
    name: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    models: bool = False,
    unused: Sequence[int] = (),
) -> Request:
    """Call a function of the student's.

    Args:
        name: of the function.
        args, kwargs: plain values and handles.
        models: whether the reply may hold handles of models.
        unused: numbers of models that nobody will ask for again.
    """
    request = {"op": "call", "name": name, "args": args, "kwargs": kwargs}
    return request | ({"models": True, "unused": list(unused)} if models else {})


def weights(question: str, framework: str, data: bytes) -> Request:
    """Take a file of weights, for a `model` that is asked for later."""
    return {"op": "weights", "question": question, "framework": framework, "data": data}


def model(
    build: str,
    question: str | None,
    *,
    images: bool,
    input_shape: tuple[int, ...] | None,
    training: bool,
    unused: Sequence[int] = (),
) -> Request:
    """Have a model made by the function `build`, with the weights of a question; None leaves it as made.

    The other arguments are those of `judge.student.Student.model`; `unused` as in `call`.
    """
    request = {"op": "model", "build": build, "question": question, "images": images}
    return request | {"input_shape": input_shape, "training": training, "unused": list(unused)}


def apply(
    model: Handle, inputs: np.ndarray, images: bool, disturbance: Mapping[str, float] | None = None
) -> Request:
    """Have a model predict on a batch, with its own weights or with others.

    Args:
        disturbance: the arguments `seed`, `shuffled` and `noise` of `player.disturbance.disturbed`.
    """
    request = {"op": "apply", "model": model, "inputs": inputs, "images": images}
    return request if disturbance is None else request | {"disturbance": dict(disturbance)}


def size(model: Handle) -> Request:
    """Count the numbers in a model's weights."""
    return {"op": "size", "model": model}

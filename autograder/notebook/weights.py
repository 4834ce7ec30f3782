"""The weights of a trained model: written where grading looks for them, and read back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from autograder.assignment.budget import WEIGHTS_MB
from autograder.wire.weight_names import FOLDER, SUFFIXES, file_name


def save_weights(model: Any, question: str, *, most_mb: float = WEIGHTS_MB) -> Path:
    """Write the weights of a trained model to where grading looks for them, beside the notebook.

    That is `weights/<question>.safetensors` for a PyTorch model, `weights/<question>.weights.h5` for a Keras
    one; the weights in the other form, from an earlier try, are removed. Hand in the whole folder.

    Args:
        model: a torch.nn.Module or keras.Model.
        question: id of the question, such as "classify".
        most_mb: size in MiB up to which the file is graded; a larger one is written, with a warning.
    Returns:
        where it was written.
    Raises:
        TypeError: `model` is no model of these libraries.
        ValueError: `question` is no id.
        OSError: it cannot be written.
    """
    from autograder.player.weight_files import write_weights

    framework = _framework(model, question)
    path = Path.cwd() / file_name(question, framework)
    path.parent.mkdir(exist_ok=True)
    write_weights(model, path)
    for other in set(SUFFIXES) - {framework}:
        (Path.cwd() / file_name(question, other)).unlink(missing_ok=True)
    size = path.stat().st_size / (1 << 20)
    print(f"{FOLDER}/{path.name}: {size:.2f} MiB")
    if size > most_mb:
        print(f"This is more than the {most_mb:g} MiB that are graded: make the model smaller.")
    return path


def load_weights(model: Any, question: str) -> Any:
    """Put the weights that `save_weights` wrote back into a new model, for instance after a restart.

    Args:
        model: as your function builds it, of the library that the weights were saved from; changed.
        question: id of the question, such as "classify".
    Returns:
        the model.
    Raises:
        TypeError: `model` is no model of these libraries.
        ValueError: `question` is no id, or the weights belong to another architecture; the model may be
            changed in part.
        FileNotFoundError: no such weights were saved.
        OSError: they cannot be read.
    """
    from autograder.player import weight_files

    name = file_name(question, _framework(model, question))
    path = Path.cwd() / name
    if not path.is_file():
        raise FileNotFoundError(f'there is no {name}; train, then save_weights(model, "{question}")')
    try:
        weight_files.load_weights(model, path.read_bytes(), name)
    except weight_files.WeightsProblem as problem:
        raise ValueError(str(problem)) from None
    return model


def _framework(model: Any, question: str) -> str:
    """Return the library of a model; the errors are those of `save_weights`."""
    from autograder.player.weight_files import framework_of

    if not re.fullmatch(r"[A-Za-z][\w-]*", question):
        raise ValueError(f'question is {question!r}; expected its id, such as "classify"')
    framework = framework_of(model)
    if framework is None:
        raise TypeError(f"a value of type {type(model).__name__}; expected a PyTorch or a Keras model")
    return framework

"""Turn what a student's function returns into plain values that may cross to the referee.

This runs beside student code, so nothing here protects anything: the referee decodes whatever arrives into
plain values. It is here so that honest answers of every usual kind are understood, and others get a message
that says what to return.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from autograder.text import close_name
from autograder.wire.codec import MAX_DEPTH

_EXACT = (type(None), bool, int, float, complex, str, bytes)
# Of the names of a notebook that one is compared with.
_NAMES_AT_MOST = 2000


class NotPlain(TypeError):
    """A value that cannot be checked; the message says what was returned and what is expected."""


def plain(value: Any, depth: int = 0, keep: Callable[[Any], Any] = lambda value: None) -> Any:
    """Return `value` as numbers, text, lists, tuples, dictionaries or plain arrays.

    Tensors of torch and TensorFlow (also such as require grad), array subclasses and number subclasses are
    converted; ranges become lists. Booleans stay booleans and lists stay lists: a check may care.

    Args:
        value: what a function returned.
        depth: how deep in it this is.
        keep: given what is not plain, returns what crosses in its place (a handle of a model), or None.

    Raises:
        NotPlain: a generator, function, model, set, array of objects, or a nesting too deep to be meant.
    """
    if type(value) in _EXACT:
        return value
    if depth >= MAX_DEPTH:
        raise NotPlain(f"a value nested more than {MAX_DEPTH} levels deep; return numbers or arrays")
    if isinstance(value, np.ndarray | np.generic):
        return _array(value)
    if isinstance(value, list | tuple):
        items = [plain(item, depth + 1, keep) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {plain(key, depth + 1): plain(item, depth + 1, keep) for key, item in value.items()}
    if isinstance(value, range):
        return list(value)
    for base in (bool, int, float, complex, str, bytes):
        if isinstance(value, base):  # a subclass: keep the number, drop the class
            return base.__new__(base, value)  # type: ignore[type-var,arg-type]
    tensor = _tensor(value)
    if tensor is not None:
        return _array(tensor)
    kept = keep(value)
    if kept is not None:
        return kept
    raise NotPlain(_complaint(value))


def not_defined(name: str, namespace: Mapping[str, Any]) -> str:
    """Say that a function is not there, and which one may be meant: a renamed one is the usual cause."""
    own = [
        other
        for other in list(namespace)[:_NAMES_AT_MOST]
        if type(other) is str and other[:1] != "_" and callable(namespace[other])
    ]
    close = close_name(name, own)
    return f"{name} is not defined" + (f"; you defined {close}, is that the one?" if close else "")


def _array(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if type(array) is not np.ndarray:
        array = np.array(array, subok=False)
    if array.dtype == object:
        raise NotPlain("an array of objects; return an array of numbers (are the rows of different lengths?)")
    if array.dtype.kind not in "biufc" or array.dtype.itemsize > 16:
        raise NotPlain(f"an array of dtype {array.dtype}; return an array of numbers")
    return array


def _tensor(value: Any) -> Any:
    """Return a tensor's numbers as an array, or None if it is no tensor. Imports nothing that is not there
    already."""
    torch, tensorflow = sys.modules.get("torch"), sys.modules.get("tensorflow")
    # A module of the student's own may have such a name.
    if isinstance(value, getattr(torch, "Tensor", ())):
        return cast(Any, value).detach().cpu().resolve_conj().resolve_neg().numpy()
    of_tensorflow = tuple(
        kind for name in ("Tensor", "Variable") if (kind := getattr(tensorflow, name, None)) is not None
    )
    if isinstance(value, of_tensorflow):
        return value.numpy()
    return None


def _complaint(value: Any) -> str:
    name = type(value).__name__
    if hasattr(value, "__next__"):
        return f"a {name}; return the values themselves, as a list or an array"
    if callable(value):
        return f"a {name}, which is something to call; return numbers or an array"
    return f"a value of type {name}; return numbers, text, a list or an array"

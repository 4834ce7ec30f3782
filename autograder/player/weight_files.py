"""The two forms in which weights are handed in: safetensors for PyTorch, `.weights.h5` for Keras.

They are read beside student code only (in the sandbox, or in the student's own notebook), never by the
referee, which hands on bytes. Neither form can hold code; `.keras`, `.pt` and pickles can, and are not read.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from autograder.wire.weight_names import SUFFIXES

# What a library says may be as long as the numbers of a layer; a student reads the beginning.
TEXT_AT_MOST = 300
LISTED_AT_MOST = 3

# What torch.compile and DataParallel put before the names of the model that they wrap. It says nothing of the
# architecture.
_WRAPPERS = {"_orig_mod", "module"}

Shapes = Mapping[str, tuple[int, ...]]


class WeightsProblem(Exception):
    """Weights that do not fit the model, or are none; the message is for the student."""


def framework_of(value: Any) -> str | None:
    """Return "torch" or "keras" for a model of that library, None for anything else. Imports neither."""
    keras, torch = sys.modules.get("keras"), sys.modules.get("torch")
    # A module of the student's own may have such a name, and nothing in it.
    if isinstance(value, getattr(keras, "Model", ())):
        return "keras"
    if isinstance(value, getattr(getattr(torch, "nn", None), "Module", ())):
        return "torch"
    return None


def import_readers() -> None:
    """Import what reads weights for the libraries that are loaded, so that no submission pays for it."""
    for library, reader in (("torch", "safetensors.torch"), ("keras", "h5py")):
        if library in sys.modules:
            importlib.import_module(reader)


def load_weights(model: Any, data: bytes, name: str) -> None:
    """Put the weights of a file into a model that has all its parameters already.

    Args:
        model: of the library that `data` is for.
        data: the bytes of the file.
        name: of the file, for messages.
    Raises:
        WeightsProblem: they are no weights, of another architecture, or not finite.
    """
    load = _load_keras if framework_of(model) == "keras" else _load_torch
    try:
        load(model, data, name)
    except WeightsProblem:
        raise
    except Exception as error:  # the libraries have many ways to say that a file is odd
        if data.startswith((b"PK\x03\x04", b"\x80")):
            raise WeightsProblem(
                f"{name} is what torch.save, pickle or model.save writes, under another name; "
                "write it with save_weights"
            ) from None
        text = " ".join(f"{type(error).__name__}: {error}".split())
        more = "…" if len(text) > TEXT_AT_MOST else ""
        raise WeightsProblem(f"{name} cannot be loaded ({text[:TEXT_AT_MOST]}{more})") from None


def write_weights(model: Any, path: Path) -> None:
    """Write the weights of a model to a file, whose folder exists; a reader never sees half of it.

    Raises:
        OSError: it cannot be written.
    """
    framework = framework_of(model)
    suffix = SUFFIXES[str(framework)]
    draft = path.with_name(f".{path.name.removesuffix(suffix)}.part{suffix}")
    if framework == "keras":
        # The optimizer's state would make the file three times as large, and nobody reads it.
        optimizer, model.optimizer = getattr(model, "optimizer", None), None
        try:
            model.save_weights(draft, overwrite=True)
        finally:
            model.optimizer = optimizer
    else:
        from safetensors.torch import save

        # Tensors that share memory, such as tied layers, are written once each: they fit on loading.
        state = {key: value.detach().cpu().contiguous().clone() for key, value in model.state_dict().items()}
        # Not by save_file, whose files only their owner can read: others collect and grade them.
        draft.write_bytes(save(state))
    os.replace(draft, path)


def _load_torch(model: Any, data: bytes, name: str) -> None:
    from safetensors.torch import load

    wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    tensors = _unwrapped(load(data), wanted)
    _compare(wanted, {key: tuple(value.shape) for key, value in tensors.items()}, name)
    model.load_state_dict(tensors, strict=True)
    _require_finite({key: value.numpy(force=True) for key, value in _floats(model.state_dict())}, name)


def _unwrapped(given: Mapping[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    """Return what a file has under the names of the model, where only wrappers (`_WRAPPERS`) tell them apart.

    Names that fit stay, and so do all others that would then be one.
    """
    here, there = ({key: _bare(key) for key in keys} for keys in (wanted, given))
    if given.keys() == set(wanted) or any(len(set(bare.values())) < len(bare) for bare in (here, there)):
        return dict(given)
    names = {bare: key for key, bare in here.items()}
    return {names.get(there[key], key): value for key, value in given.items()}


def _bare(key: str) -> str:
    return ".".join(part for part in key.split(".") if part not in _WRAPPERS)


def _floats(state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value.float()) for key, value in state.items() if value.is_floating_point())


def _load_keras(model: Any, data: bytes, name: str) -> None:
    with _temporary(b"") as ours, _temporary(data) as theirs:
        # What this very model would write is what the file must hold, by name: sizes alone, though quicker to
        # know, would let links and variables under other names pass.
        model.save_weights(ours, overwrite=True)
        _compare(_shapes_in(ours), _shapes_in(theirs), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras tells that it leaves out the state of the optimizer
            model.load_weights(theirs)
    _require_finite({variable.path: np.asarray(variable) for variable in model.weights}, name)


def _shapes_in(path: Path) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every variable in a `.weights.h5`, but for those of the optimizer."""
    import h5py

    found: dict[str, tuple[int, ...]] = {}

    def note(name: str, entry: Any) -> None:
        if isinstance(entry, h5py.Dataset) and not name.startswith("optimizer/"):
            found[name.replace("/vars/", "/").removeprefix("layers/")] = tuple(entry.shape)

    with h5py.File(path, "r") as file:
        file.visititems(note)  # follows no link
    return found


def _compare(wanted: Shapes, given: Shapes, name: str) -> None:
    """Require the same names with the same shapes."""
    different = [
        f"{key} has shape {given[key]} in the file and {shape} in the model"
        for key, shape in wanted.items()
        if key in given and given[key] != shape
    ]
    missing, unexpected = ([k for k in a if k not in b] for a, b in ((wanted, given), (given, wanted)))
    parts = [_listed(different)] if different else []
    parts += [f"it lacks {_listed(missing)}"] if missing else []
    parts += [f"it has {_listed(unexpected)}, which the model has not"] if unexpected else []
    if parts:
        raise WeightsProblem(f"{name} belongs to another architecture: {'; '.join(parts)}")


def _require_finite(tensors: Mapping[str, np.ndarray], name: str) -> None:
    bad = [key for key, values in tensors.items() if not np.isfinite(values).all()]
    if bad:
        raise WeightsProblem(
            f"{name} has values that are NaN or infinite in {_listed(bad)}: the training diverged"
        )


def _listed(items: list[str]) -> str:
    more = f" and {len(items) - LISTED_AT_MOST} more" if len(items) > LISTED_AT_MOST else ""
    return ", ".join(items[:LISTED_AT_MOST]) + more


@contextmanager
def _temporary(data: bytes) -> Iterator[Path]:
    """A file with these bytes, under a name that Keras takes for weights."""
    descriptor, name = tempfile.mkstemp(suffix=SUFFIXES["keras"])
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        yield path
    finally:
        path.unlink(missing_ok=True)

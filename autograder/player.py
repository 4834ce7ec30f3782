"""The player: runs a notebook's cells and answers calls of its functions, inside the sandbox.

It shares its process with student code and is trusted with nothing: whatever it sends, the referee reads as
plain values from a stranger. Requests and replies are dictionaries (see `wire`):

    {"id", "op": "run", "source", "seed"}           ->  {"id", "outputs", "failure", "changed"}
    {"id", "op": "call", "name", "args", "kwargs", "seed"}  ->  {"id", "value", "changed"} or {"id",
    "failure"}
    {"id", "op": "weights", "question", "framework", "data", "seed"}  ->  {"id"}
    {"id", "op": "model" or "apply", …, "seed"}     ->  {"id", "value"} or {"id", "problem"} or {"id",
    "failure"}

The last two are answered by `models`.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import sys
from typing import Any

import numpy as np

from autograder import codec, wire
from autograder.models import Models
from autograder.plain import NotPlain, plain
from autograder.sandbox.filesystem import WORK
from autograder.shell import Failure, NotebookShell, failure, run_cell

MAX_OUTPUTS = 50
_seed = random.seed


def serve(sock: socket.socket, shell: NotebookShell, streams: Streams) -> None:
    """Answer requests until the referee hangs up."""
    models = Models()
    while True:
        try:
            request = wire.receive(sock)
        except wire.Closed:
            return
        seed_everything(request["seed"], applied=request["op"] == "apply")
        reply = _reply(request, shell, streams, models)
        try:
            wire.send(sock, {"id": request["id"], **reply})
        except codec.CodecError as error:
            described = Failure("ValueError", f"the value is too large or of a wrong kind: {error}")
            wire.send(sock, {"id": request["id"], "failure": _failure_record(described)})


def seed_everything(seed: int, applied: bool = False) -> None:
    """Seed every generator that is loaded, so that unseeded randomness repeats from run to run.

    Args:
        applied: a batch of many goes through a model. TensorFlow is not seeded again for it: that would throw
            away what it has compiled, 30 to 100 ms a batch.
    """
    _seed(seed)
    np.random.seed(seed % 2**32)
    entropy = random.Random(seed)
    # `random.seed()` asks the system for a seed
    random.seed = lambda a=None, version=2: _seed(entropy.getrandbits(64) if a is None else a, version)
    # what `np.random.default_rng()` draws its seed from
    np.random.bit_generator.randbits = entropy.getrandbits  # type: ignore[attr-defined]
    torch, keras = sys.modules.get("torch"), sys.modules.get("keras")
    if torch is not None:
        torch.manual_seed(seed)
    if keras is not None and not applied:
        keras.utils.set_random_seed(seed % 2**32)


class Streams:
    """What is written to descriptors 1 and 2, by Python or anything else, kept up to a limit and read cell by
    cell.

    Made before the sandbox is entered, since the files behind it exist in memory only, which the sandbox
    refuses.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        for number, name in ((1, "stdout"), (2, "stderr")):
            descriptor = os.memfd_create(name)
            os.dup2(descriptor, number)
            os.close(descriptor)
            raw = io.BufferedWriter(_Capped(number, limit), buffer_size=4096)
            setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", errors="replace", line_buffering=True))

    def collect(self) -> list[dict[str, Any]]:
        """Return what was written since the last time as stream outputs, and start afresh."""
        outputs = []
        for number, name in ((1, "stdout"), (2, "stderr")):
            # a cell may have closed or replaced it; what reached the descriptor still counts
            with contextlib.suppress(Exception):
                getattr(sys, name).flush()
            text = os.pread(number, self.limit, 0).decode("utf-8", "replace")
            os.ftruncate(number, 0)
            os.lseek(number, 0, os.SEEK_SET)
            stream = getattr(getattr(getattr(sys, name, None), "buffer", None), "raw", None)
            if isinstance(stream, _Capped):
                stream.written = 0
            if text:
                outputs.append({"output_type": "stream", "name": name, "text": text})
        return outputs


class _Capped(io.RawIOBase):
    """A descriptor that takes everything and keeps the first part: printing too much is no error."""

    def __init__(self, number: int, limit: int) -> None:
        self.number, self.limit, self.written = number, limit, 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.number

    def write(self, data: Any) -> int:
        room = max(0, self.limit - self.written)
        if room:
            os.write(self.number, memoryview(data)[:room])
        self.written += len(data)
        return len(data)


def _reply(request: dict, shell: NotebookShell, streams: Streams, models: Models) -> dict[str, Any]:
    if request["op"] == "run":
        return _run(request, shell, streams)
    models.drop(request.get("unused", []))
    try:
        if request["op"] == "call":
            return _call(request, shell, models)
        if request["op"] == "weights":
            # Without walls there is no folder of the submission's own to put them in.
            folder = WORK if os.getcwd() == WORK else None
            models.receive(request["question"], request["framework"], request["data"], folder)
            return {}
        return models.answer(request, shell.user_ns)
    except BaseException as error:  # SystemExit, KeyboardInterrupt and whatever else: only this call fails
        return {"failure": _failure_record(failure(error))}
    finally:
        streams.collect()  # what is printed during a call is shown nowhere


def _run(request: dict, shell: NotebookShell, streams: Streams) -> dict[str, Any]:
    outputs, ended, changed = run_cell(shell, request["source"])
    kept, room = [], streams.limit
    for output in (streams.collect() + outputs)[:MAX_OUTPUTS]:
        record = _output_record(output)
        room -= len(codec.encode(record))
        if room < 0:
            kept.append({"output_type": "stream", "name": "stderr", "text": "(more output than is kept)\n"})
            break
        kept.append(record)
    return {"outputs": kept, "failure": _failure_record(ended), "changed": changed}


def _output_record(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output with text only: what a display hook of the student's left in it may be anything."""
    if output["output_type"] == "stream":
        return output
    data = {str(kind): text for kind, text in output["data"].items() if isinstance(text, str)}
    return {"output_type": output["output_type"], "data": data}


def _call(request: dict, shell: NotebookShell, models: Models) -> dict[str, Any]:
    name = request["name"]
    if name not in shell.user_ns:
        return {"failure": _failure_record(Failure("NameError", f"{name} is not defined"))}
    keep = models.keep if request.get("models") else lambda value: None
    before = [codec.encode(value) for value in _values(request)]
    args, kwargs = models.resolved(request["args"]), models.resolved(request["kwargs"])
    try:
        value = plain(shell.user_ns[name](*args, **kwargs), keep=keep)
    except NotPlain as error:
        return {"failure": _failure_record(Failure("TypeError", f"{name} returned {error}"))}
    given = [*enumerate(args), *kwargs.items()]
    changed = [key for (key, now), was in zip(given, before, strict=True) if not _same(now, was, keep)]
    return {"value": value, "changed": changed}


def _values(request: dict) -> list[Any]:
    return [*request["args"], *request["kwargs"].values()]


def _same(value: Any, before: bytes, keep: Any) -> bool:
    try:
        return codec.encode(plain(value, keep=keep)) == before
    except (codec.CodecError, NotPlain):
        return False


def _failure_record(ended: Failure | None) -> dict[str, str] | None:
    if ended is None:
        return None
    return {"type": ended.type_name, "message": ended.message, "traceback": ended.traceback}

"""The player: runs a notebook's cells and answers calls of its functions, inside the sandbox.

It shares its process with student code and is trusted with nothing: whatever it sends, the referee reads as
plain values from a stranger. Here cells are run (`wire.requests.run`); `calls` answers all other requests.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import socket
import sys
import time
from types import FrameType
from typing import Any

import numpy as np

from autograder.player.calls import Calls, undeliverable
from autograder.player.shell import NotebookShell, run_cell
from autograder.wire import codec, frames
from autograder.wire.failures import OUTPUTS_AT_MOST, failure, place_of
from autograder.wire.requests import PLACE_SECONDS, PLACE_SIGNAL

_seed = random.seed


def serve(sock: socket.socket, shell: NotebookShell, streams: Streams) -> None:
    """Answer requests until the referee hangs up."""
    # Where a player has no folder of its own there is none to put weights in.
    calls = Calls(None if os.getcwd() == "/" else os.getcwd())
    while True:
        try:
            request = frames.receive(sock)
        except frames.Closed:
            return
        seed_everything(request["seed"], applied=request["op"] == "apply")
        if request["op"] == "run":
            reply = _run(request["source"], shell, streams)
        else:
            reply = _answer(calls, request, shell, streams)
        try:
            frames.send(sock, {"id": request["id"], **reply})
        except codec.CodecError as error:
            frames.send(sock, {"id": request["id"], **undeliverable(error)})


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
    with contextlib.suppress(Exception):  # a module of the student's own may have such a name
        if torch is not None:
            torch.manual_seed(seed)
    with contextlib.suppress(Exception):
        if keras is not None and not applied:
            keras.utils.set_random_seed(seed % 2**32)


def tell_place_when_asked(sock: socket.socket) -> None:
    """Answer SIGUSR1 with the line of the student's code that runs: asked of a player that took too long."""

    def tell(_: int, frame: FrameType | None) -> None:
        with contextlib.suppress(BaseException):
            frames.send(sock, {"place": place_of(frame)}, time.monotonic() + PLACE_SECONDS)

    signal.signal(PLACE_SIGNAL, tell)


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


def _answer(calls: Calls, request: dict, shell: NotebookShell, streams: Streams) -> dict[str, Any]:
    try:
        return calls.answer(request, shell.user_ns)
    except KeyboardInterrupt as error:  # nobody pressed a key here: the student's code raised it
        return {"failure": failure(error).record()}
    finally:
        streams.collect()  # what is printed during a call is shown nowhere


def _run(source: str, shell: NotebookShell, streams: Streams) -> dict[str, Any]:
    outputs, ended, changed = run_cell(shell, source)
    kept, room = [], streams.limit
    for output in (streams.collect() + outputs)[:OUTPUTS_AT_MOST]:
        record = _output_record(output)
        room -= len(codec.encode(record))
        if room < 0:
            kept.append({"output_type": "stream", "name": "stderr", "text": "(more output than is kept)\n"})
            break
        kept.append(record)
    return {"outputs": kept, "failure": ended and ended.record(), "changed": changed}


def _output_record(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output with text only: what a display hook of the student's left in it may be anything."""
    if output["output_type"] == "stream":
        return output
    data = {str(kind): text for kind, text in output["data"].items() if isinstance(text, str)}
    return {"output_type": output["output_type"], "data": data}

"""The warm process: libraries imported, nothing run, forked for every submission.

It is started with a clean environment and never holds a check, a reference, a seed or another student's file,
so that a fork of it has nothing to find. Started by `referee.processes`; speaks to it over one socket, given
as a descriptor:

    <- the plan, one frame                      -> {"ready": True} or {"error": text}
    <- b"p" with the player's end of a wire     -> b"p" with a pidfd of the new player
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
import types
from typing import Any

from autograder import tensorflow_symbols
from autograder.player import without_walls
from autograder.player.keras_speed import hasten_keras
from autograder.player.notebook_modules import look_beside_the_notebook
from autograder.player.weight_files import import_readers
from autograder.sandbox import rungs, syscalls
from autograder.sandbox.filesystem import COURSE, WORK, WRITABLE, View
from autograder.sandbox.limits import Limits
from autograder.wire import frames


def main() -> None:
    """Serve until the referee hangs up; its end ends every player too."""
    tensorflow_symbols.keep_local()
    control = socket.socket(fileno=int(sys.argv[2]))
    sys.argv = [""]
    syscalls.die_with_parent()
    try:
        plan = frames.receive(control)
        home = rungs.prepare(plan["rung"])
        plan["view"]["owner"] = rungs.slot_owner(plan["rung"])
        shell = _warm_up(plan)
    except frames.Closed:
        return
    except BaseException as error:
        frames.send(control, {"error": f"{type(error).__name__}: {error}"})
        return
    frames.send(control, {"ready": True})
    _serve(control, plan, home, shell)


def _warm_up(plan: dict[str, Any]) -> Any:
    """Import what submissions use, and freeze it: a collection in a child would copy every page."""
    from autograder.player.serve import serve  # noqa: F401  (imported here, so that no child pays for it)
    from autograder.player.shell import new_shell

    for name in plan["preload"]:
        importlib.import_module(name)
    importlib.import_module("asyncio")  # for cells with await; a notebook may write a module of that name
    import_readers()
    hasten_keras()
    _quiet_progress_bars()
    shell = new_shell()
    course = COURSE if plan["rung"] != rungs.TRUSTED else without_walls.lay_out_course(plan)
    if course:
        kept = tuple(os.path.realpath(path) for path in ("/usr", *plan["view"]["read_only"]))
        sys.path[:] = [course, *(path for path in sys.path if os.path.realpath(path).startswith(kept))]
    look_beside_the_notebook(*(WRITABLE if plan["rung"] != rungs.TRUSTED else ()))
    gc.collect()
    gc.disable()
    gc.freeze()
    return shell


def _serve(control: socket.socket, plan: dict[str, Any], home: int | None, shell: Any) -> None:
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        _reap()
        (wire_end,) = descriptors
        pid = rungs.fork(home)
        if pid == 0:
            _play(wire_end, plan, shell)
        os.close(wire_end)
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [b"p"], [pidfd])
        os.close(pidfd)


def _play(wire_end: int, plan: dict[str, Any], shell: Any) -> None:
    """Be the player: lock the door, say so, then serve. Never returns."""
    from autograder.player.serve import Streams, serve, tell_place_when_asked

    sock = socket.socket(fileno=wire_end)
    try:
        streams = Streams(plan["output_bytes"])
        rungs.enter(plan["rung"], View(**plan["view"]), Limits(**plan["limits"]), {0, 1, 2, wire_end})
        _settle(plan, shell)
        tell_place_when_asked(sock)
        gc.enable()
        frames.send(sock, {"ready": True})
    except BaseException as error:
        frames.send(sock, {"error": f"{type(error).__name__}: {error}"})
        os._exit(1)
    try:
        serve(sock, shell, streams)
    finally:
        os._exit(0)


def _settle(plan: dict[str, Any], shell: Any) -> None:
    """Make this process look like the start of a notebook."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.modules["autograder.notebook"] = _no_checks_here()
    if plan["rung"] == rungs.TRUSTED:
        without_walls.settle(plan)
    else:
        os.environ.update(HOME=WORK, MPLCONFIGDIR="/tmp/matplotlib", IPYTHONDIR="/tmp/ipython", TMPDIR="/tmp")
        # `!pip install` gives up at once, instead of knocking at a network that is not there for 8 s.
        os.environ.update(PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_CACHE_DIR="1")
        shell.user_ns["_dh"][:] = [WORK]  # the folders that `%cd -` goes back to


def _quiet_progress_bars() -> None:
    """Keep tqdm from starting a thread that watches its bars: it would outlive the cell that had one."""
    with contextlib.suppress(ImportError):
        importlib.import_module("tqdm").tqdm.monitor_interval = 0


def _no_checks_here() -> types.ModuleType:
    """Stand in for `autograder.notebook`: a released notebook imports `check`, and students call it in cells
    of their own. What they would save is not what they handed in."""
    module = types.ModuleType(
        "autograder.notebook", "The checks of a notebook run elsewhere when it is graded."
    )
    module.check = lambda *_: None  # type: ignore[attr-defined]
    module.save_weights = lambda *_, **__: None  # type: ignore[attr-defined]
    module.load_weights = lambda model, *_, **__: model  # type: ignore[attr-defined]
    return module


def _reap() -> None:
    """Collect players that ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main()

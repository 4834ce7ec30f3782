"""Whether the sandbox works on this machine, found by entering it, and what to change where it does not.

It needs nothing but the standard library, so that it can be asked before anything is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from autograder import PACKAGE
from autograder.sandbox import rungs
from autograder.sandbox.filesystem import View
from autograder.sandbox.limits import Limits

SECONDS = 20


def attempt(rung: int) -> str:
    """Enter one rung in a process of its own, with nothing inside; return "" or why it cannot be entered."""
    code = f"from autograder.sandbox.trial import enter; enter({rung})"
    code = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS} s"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]


def enter(rung: int) -> None:
    """Enter a rung for good, as a player does, and end: with status 0 where it works."""
    home = rungs.prepare(rung)
    view = View((), (), {}, {}, size_mb=1, owner=rungs.slot_owner(rung))
    child = rungs.fork(home)
    if child == 0:
        try:
            rungs.enter(rung, view, Limits(memory_mb=64, cpu_seconds=SECONDS), {0, 1, 2})
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def cure(sysctl: Path = Path("/proc/sys")) -> str:
    """Say which switch of this machine forbids user namespaces, if one does."""
    if os.uname().machine != rungs.MACHINE:
        return f"grade on a machine with {rungs.MACHINE} processors; this one is {os.uname().machine}"
    forbidding = {
        "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
        "kernel/unprivileged_userns_clone": ("0", "1"),
        "user/max_user_namespaces": ("0", "10000"),
    }
    for name, (bad, good) in forbidding.items():
        path = sysctl / name
        if path.is_file() and path.read_text().strip() == bad:
            return f"as root: sysctl -w {name.replace('/', '.')}={good}"
    return "allow user namespaces, or run as root outside a container; --trust-submissions grades without"

"""Run a command as an unprivileged user who exists nowhere else. Must be started as root.

    python -P tests/as_another_user.py UID HOME COMMAND...

The course may lie below a folder that only root can enter. In a mount namespace of its own, such a folder is
covered by an empty one that holds only the course and its Python, at the same paths; nothing outside changes.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from autograder.sandbox import syscalls
from autograder.sandbox.syscalls import CLONE_NEWNS, MS_BIND, MS_PRIVATE, MS_REC

COURSE = Path(__file__).resolve().parent.parent


def closed_ancestor(path: Path) -> Path | None:
    """Return the outermost folder above `path` that others may not enter."""
    closed = (folder for folder in reversed(path.parents) if not folder.stat().st_mode & stat.S_IXOTH)
    return next(closed, None)


def open_the_way(needed: list[Path]) -> None:
    """Make every path reachable for others, in this mount namespace only."""
    syscalls.unshare(CLONE_NEWNS)
    syscalls.mount("none", "/", None, MS_REC | MS_PRIVATE)
    covered: dict[Path, list[tuple[Path, int]]] = {}
    for path in needed:
        if (folder := closed_ancestor(path)) is not None:
            covered.setdefault(folder, []).append((path, os.open(path, os.O_PATH)))
    for folder, paths in covered.items():
        syscalls.mount("tmpfs", str(folder), "tmpfs", 0, "size=1m,mode=755")
        for path, descriptor in paths:
            path.mkdir(parents=True, exist_ok=True)
            syscalls.mount(f"/proc/self/fd/{descriptor}", str(path), None, MS_BIND | MS_REC)
            os.close(descriptor)


def main() -> None:
    """Become the user and run the command."""
    uid, home, command = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    os.chown(home, uid, uid)
    open_the_way([COURSE, Path(sys.base_prefix), home])
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.chdir(COURSE)
    environment = {
        "HOME": str(home),
        "USER": "nobody-else",
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
    environment |= {
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(home / "hypothesis"),
        "TMPDIR": str(home),
    }
    os.execve(command[0], command, environment)


if __name__ == "__main__":
    main()

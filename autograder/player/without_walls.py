"""A player's view where no sandbox works and submissions are trusted: by courtesy, the same as behind walls.

It keeps nobody out. It is there so that `autograder check` on any machine says what grading says: the modules
of the course that answers may import and no others, a folder with the files of the assignment, and nothing of
what else lies in a student's folders. A plan without a `stage`, a folder for all this, asks for none of it.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import sys
import tempfile
from typing import Any


def lay_out_course(plan: dict[str, Any]) -> str:
    """Copy the modules that answers may import into a folder of their own, and return it; or nothing."""
    if "stage" not in plan:
        return ""
    course = os.path.join(plan["stage"], "course")
    os.makedirs(course)
    for name, source in plan["view"]["course"].items():
        os.makedirs(os.path.dirname(os.path.join(course, name)), exist_ok=True)
        shutil.copyfile(source, os.path.join(course, name))
    # packages that are installed in place, from a folder that `sys.path` need not have
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if "__editable__" not in getattr(finder, "__module__", "")
    ]
    return course


def settle(plan: dict[str, Any]) -> None:
    """Go into a fresh folder with the files of the assignment; hide the grader and the student's folders."""
    if "stage" not in plan:
        return
    folder = tempfile.mkdtemp(dir=plan["stage"])
    for name, source in plan["view"]["files"].items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        shutil.copyfile(source, os.path.join(folder, name))
    os.chdir(folder)
    os.environ.update(HOME=folder, MPLCONFIGDIR=os.path.join(plan["stage"], "matplotlib"))
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "autograder" and hasattr(module, "__path__"):
            module.__path__ = []
    home = pwd.getpwuid(os.getuid()).pw_dir
    _hide((home, *plan["view"]["hidden"]), (plan["stage"], "/tmp", "/usr", *plan["view"]["read_only"]))


def _hide(hidden: tuple[str, ...], shown: tuple[str, ...]) -> None:
    """Let files below `hidden` not be found, but for those below `shown`."""

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes):
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if _below(path, hidden) and not _below(path, shown):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])

    sys.addaudithook(look)


def _below(path: str, folders: tuple[str, ...]) -> bool:
    return any(folder != "/" and path.startswith(folder.rstrip("/") + "/") for folder in folders)

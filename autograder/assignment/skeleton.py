"""A first version of an assignment for its author: small, complete, and passing its own contract."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder import PACKAGE
from autograder.assignment.definition import ID_PATTERN
from autograder.errors import UsageError

SKELETON = PACKAGE / "assignment" / "template"


def new_assignment(name: str, root: str | Path = "assignments") -> Path:
    """Copy the skeleton into `root`/`name`, which is made, and return that folder.

    Raises:
        UsageError: the name is no valid id, or the folder exists already or cannot be written.
    """
    if not ID_PATTERN.fullmatch(name):
        raise UsageError(
            f"no assignment can be called {name!r}: expected a lower-case letter, then at most 63 lower-case "
            "letters, digits and _"
        )
    folder = Path(root) / name
    try:
        shutil.copytree(SKELETON, folder, ignore=shutil.ignore_patterns("__pycache__"))
        settings = folder / "assignment.toml"
        title = name.replace("_", " ").capitalize()
        text = settings.read_text(encoding="utf-8").replace("A new assignment", title)
        settings.write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise UsageError(f"{folder} exists already: choose another name, or move it away") from error
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error}") from error
    return folder

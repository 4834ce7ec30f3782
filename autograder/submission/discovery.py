"""Find what was handed in: a notebook, nbgrader's `submitted/`, or a folder of students' notebooks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.submission.untrusted_files import printable

STUDENT_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")


@dataclass(frozen=True)
class Submission:
    """What one student handed in, not opened yet.

    Attributes:
        student: their id: name of the folder or file. It may be an invalid one; reading is what rejects it.
        path: the notebook, or the folder that it lies in.
        root: folder that `path` lies in; no link below it is followed.
    """

    student: str
    path: Path
    root: Path


def is_valid_student(student: str) -> bool:
    """Return whether an id is safe as a file name, in a spreadsheet and in a gradebook."""
    return STUDENT_PATTERN.fullmatch(student) is not None


def find_submissions(paths: Iterable[str | Path], assignment_id: str) -> list[Submission]:
    """Return all submissions in the given notebooks and folders, sorted by student within each.

    A folder holds `<student>/<assignment>/<notebook>.ipynb`, or `<student>.ipynb`, or both. Hidden entries
    and other files are passed over, as are students who handed in other assignments only. Nothing is opened:
    a link or a name that is no student id becomes a submission too, which is rejected when it is read.

    Raises:
        UsageError: a path does not exist or is no notebook, holds no submission, or a student occurs twice.
    """
    found: dict[str, Submission] = {}
    for path in dict.fromkeys(Path(path).absolute() for path in paths):
        here = _in_folder(path, assignment_id) if path.is_dir() else [_one_notebook(path, assignment_id)]
        if not here:
            raise UsageError(
                f"{path} holds no submission of {assignment_id}: expected "
                f"<student>/{assignment_id}/<notebook>.ipynb or <student>.ipynb in it"
            )
        for submission in here:
            other = found.setdefault(submission.student, submission)
            if other.path != submission.path:
                raise UsageError(
                    f"two submissions of {submission.student}: {other.path} and {submission.path}; keep one"
                )
    if not found:
        raise UsageError("no submissions given: name a notebook, or a folder of submissions")
    return list(found.values())


def _one_notebook(path: Path, assignment_id: str) -> Submission:
    if not os.path.lexists(path):
        raise UsageError(f"{path} does not exist: name a notebook, or a folder of submissions")
    if not _is_notebook(path.name):
        raise UsageError(
            f"{path} is no notebook: expected a name that ends in .ipynb, or a folder of submissions"
        )
    # nbgrader's <student>/<assignment>/<assignment>.ipynb names the student two levels up.
    is_nbgraders = path.stem == path.parent.name == assignment_id
    name = path.parent.parent.name if is_nbgraders else path.stem
    return Submission(printable(name), path, path.parent)


def _in_folder(root: Path, assignment_id: str) -> list[Submission]:
    found = []
    with os.scandir(root) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        path = root / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            folder = path / assignment_id
            if os.path.lexists(folder):
                found.append(Submission(printable(entry.name), folder, root))
        elif _is_notebook(entry.name):
            found.append(Submission(printable(path.stem), path, root))
        elif entry.is_symlink() and entry.is_dir():
            # In the place of a student's folder: rejected when read, rather than missed.
            found.append(Submission(printable(entry.name), path, root))
    return found


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def submission_at(path: Path, student: str = "student") -> Submission:
    """Return one notebook as a submission of its own."""
    return Submission(student=student, path=path, root=path.parent)

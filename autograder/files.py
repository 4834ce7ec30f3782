"""Where a student's results lie, and how files are written and read there."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from autograder.errors import UsageError
from autograder.result import Result

RESERVED = ("", "journal.jsonl", "report.html")


def write_atomically(path: Path, content: str | bytes) -> Path:
    """Write a file so that a reader, or a kill, meets the old one or the new one and never a part.

    Its folder is made if need be. One writer at a time. A lone surrogate, which text of students may hold,
    becomes \\udXXX, which is how JSON writes it.

    Returns:
        `path`.
    Raises:
        UsageError: it cannot be written.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    # Always the same name beside the file: what a kill leaves is overwritten the next time, not piled up.
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path


def student_folder(folder: Path, student: str) -> Path:
    """Return the folder of a student's results: named as the student, where that can be a folder's name."""
    is_plain = (
        student.isprintable()
        and student not in RESERVED
        and student[0] != "."
        and not set(student) & set("/\\")
    )
    if is_plain and len(os.fsencode(student)) <= 200:
        return folder / student
    return folder / (
        "student-" + hashlib.sha256(student.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    )


def write_result(folder: Path, result: Result) -> None:
    """Write `result.json` into the student's folder below `folder`, unless it is there already.

    Raises:
        UsageError: it cannot be written.
    """
    path = student_folder(folder, result.student) / "result.json"
    text = result.dumps()
    try:
        known = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        known = None
    if known != text:
        write_atomically(path, text)


def read_results(folder: Path) -> list[tuple[Path, Result]]:
    """Read every `result.json` below the results of one assignment, each with its student's folder.

    Raises:
        UsageError: there is none, or one cannot be read.
    """
    found = []
    for path in sorted(folder.glob("*/result.json")):
        try:
            found.append((path.parent, Result.from_json(json.loads(path.read_bytes()))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path} is no result of this version ({error}): grade again") from error
    if not found:
        raise UsageError(f"no results in {folder}: run `autograder grade` first, with the same --results")
    return found

"""Where a student's results lie."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

RESERVED = ("", "journal.jsonl", "report.html")


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

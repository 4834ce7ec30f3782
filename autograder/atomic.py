"""Write files so that a reader, or a kill, meets the old one or the new one and never a part."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import UsageError


def write_atomically(path: Path, text: str) -> Path:
    """Write a text file and return its path; its folder is made if need be. One writer at a time.

    A lone surrogate, which text of students may hold, becomes \\udXXX, which is how JSON writes it.

    Raises:
        UsageError: it cannot be written.
    """
    # Always the same name beside the file: what a kill leaves is overwritten the next time, not piled up.
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        os.replace(draft, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path

"""Answers that say only where they differ from the reference: a few texts of it, and what stands instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.errors import UsageError

Edits = Sequence[tuple[str, str]]

_FORM = 'edits = {"question": [("old text", "new text"), ...], ...}'


def checked_edits(value: Any) -> dict[str, Edits]:
    """Return `edits` of a header as it was given.

    Raises:
        UsageError: it is no dictionary from questions to lists of pairs (old text, new text), or one of its
            lists, or an old text, is empty.
    """
    if not isinstance(value, dict) or not all(isinstance(question, str) for question in value):
        raise UsageError(f"edits is {value!r}; write {_FORM}")
    for question, edits in value.items():
        if not isinstance(edits, list) or not edits or not all(map(_is_edit, edits)):
            raise UsageError(f"edits of {question!r} are {edits!r}; write {_FORM}, no old text empty")
    return value


def edited(source: str, edits: Edits) -> str:
    """Return `source` with each old text replaced by its new one, in turn.

    Each old text is looked for in what the edits before it have made.

    Raises:
        UsageError: an old text does not stand there exactly once.
    """
    for number, (old, new) in enumerate(edits, start=1):
        if (count := source.count(old)) != 1:
            where = "the reference's answer" + (", as edited so far" if number > 1 else "")
            cure = "add what stands beside it" if count else "copy it from notebook.py as it is now"
            raise UsageError(
                f"edit {number} replaces {old!r}, found {count} times in {where}, expected once; {cure}"
            )
        source = source.replace(old, new)
    return source


def _is_edit(edit: Any) -> bool:
    match edit:
        case (str(old), str()):
            return old != ""
        case _:
            return False

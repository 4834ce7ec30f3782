"""What names of files and folders say: who handed in, which assignment, a notebook or not.

This is the one place where a student's id comes from. It is the name of the student's folder, zip or
notebook, without ending, without the ` (1)` that a browser adds, in Unicode's composed form (NFC). Where a
learning platform made the name, the id is the person and the platform's number, which tells two of one name
apart:

| made by | name | id |
|---|---|---|
| Moodle | `Eva L_12_assignsubmission_file_`, also with a file's name behind it | `Eva L_12` |
| Canvas | `smithmia_LATE_123_456_conv-1.ipynb`: the first number is the person's | `smithmia_123` |
| Gradescope | `submission_123`: `submission_metadata.yml` says who that is | `submission_123` |
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

CHARACTERS_AT_MOST = 128

_NOTEBOOK = re.compile(r"\.ipynb(?:\.txt|\.json)?(?:\s*\(\d{1,3}\))?\Z", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.zip\Z", re.IGNORECASE)
_COPY = re.compile(r"\s*\(\d{1,3}\)\Z")
_MOODLE = re.compile(r"(.+)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_(.*))?", re.DOTALL)
_CANVAS = re.compile(r"([^_]+)(?:_LATE)?_(\d+)_\d+_(.+)", re.DOTALL)
_GRADESCOPE = re.compile(r"submission_\d+")
_CANVAS_COPY = re.compile(r"-\d{1,3}(?=\.\w+\Z)")  # of who handed in again
# Joiners that Persian and Indian names are written with, and that nothing else makes visible.
_JOINERS = "\u200c\u200d"
_DROPPINGS = {"thumbs.db", "desktop.ini", "submission_metadata.yml", "icon\r"}


@dataclass(frozen=True)
class Owner:
    """Who an entry of a class folder is of.

    Attributes:
        student: their id, valid or not.
        file: what the student called the file; empty for a folder.
        platform: whether a learning platform made the name, so that all of it is of this assignment.
    """

    student: str
    file: str = ""
    platform: bool = False


def owner_of_folder(name: str) -> Owner:
    """Return whose folder has this name."""
    if match := _MOODLE.fullmatch(name):
        return Owner(student_id(f"{match[1]}_{match[2]}"), platform=True)
    return Owner(student_id(name), platform=_GRADESCOPE.fullmatch(name) is not None)


def owner_of_file(name: str) -> Owner:
    """Return whose file has this name: a notebook, a zip, or what a platform puts beside them."""
    if match := _MOODLE.fullmatch(name):
        return Owner(student_id(f"{match[1]}_{match[2]}"), match[3] or name, platform=True)
    if match := _CANVAS.fullmatch(name):
        return Owner(student_id(f"{match[1]}_{match[2]}"), _CANVAS_COPY.sub("", match[3]), platform=True)
    stem = notebook_stem(name) if is_notebook(name) else _COPY.sub("", _ARCHIVE.sub("", name))
    return Owner(student_id(stem), name)


def student_id(name: str) -> str:
    """Return the id that a name stands for: composed (NFC), without space around it.

    >>> student_id("jo\\u0308rg ") == "jörg"
    True
    """
    return unicodedata.normalize("NFC", name).strip()


def fault_of_id(student: str) -> str:
    """Return what is wrong with an id, or nothing: any printable text of up to 128 characters is one.

    >>> fault_of_id("mia smith"), fault_of_id("jörg"), fault_of_id("=cmd()"), fault_of_id("李明")
    ('', '', '', '')
    """
    if not student:
        return "is empty"
    if len(student) > CHARACTERS_AT_MOST:
        return f"has {len(student)} characters; at most {CHARACTERS_AT_MOST} are taken"
    if set(student) & set("/\\"):
        return "holds a / or \\"
    if student.startswith("."):
        return "begins with a dot, as hidden files do"
    if not all(sign.isprintable() or sign in _JOINERS for sign in student):
        return "holds characters that cannot be printed, or bytes that are no UTF-8"
    if student != student_id(student):
        return "has space around it, or is not in Unicode's composed form (NFC)"
    if not any(sign.isprintable() and not sign.isspace() for sign in student):
        return "holds nothing that can be seen"
    return ""


def is_notebook(name: str) -> bool:
    """Return whether a file is a notebook by its name; browsers add `.txt`, `.json` and `(1)`.

    >>> [is_notebook(name) for name in ("a.ipynb", "a.IPYNB.txt", "a.ipynb (1)", "a.py")]
    [True, True, True, False]
    """
    return _NOTEBOOK.search(name) is not None


def is_archive(name: str) -> bool:
    """Return whether a file is a zip by its name."""
    return _ARCHIVE.search(name) is not None


def notebook_stem(name: str) -> str:
    """Return a notebook's name without its ending and a browser's copy mark.

    >>> notebook_stem("conv (1).ipynb.txt")
    'conv'
    """
    return _COPY.sub("", _NOTEBOOK.sub("", name))


def spelled(name: str) -> str:
    """Return a name as it is compared: letters and digits alone, without case or copy mark.

    >>> spelled("Conv-Arithmetic (1)") == spelled("conv_arithmetic") == spelled("CONV arithmetic")
    True
    """
    text = unicodedata.normalize("NFKC", _COPY.sub("", name)).casefold()
    return "".join(sign for sign in text if sign.isalnum())


def is_dropping(name: str) -> bool:
    """Return whether a name is of what systems leave everywhere and nobody hands in.

    That is hidden files, locks of office programs, `Thumbs.db`, `desktop.ini`, Gradescope's list of people.
    What macOS adds to zips (`__MACOSX`) holds hidden files alone.
    """
    return name.startswith((".", "~$")) or name.casefold() in _DROPPINGS

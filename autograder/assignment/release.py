"""What leaves the house: the files of a release, and nothing else.

The notebooks themselves are made in `source`, and filled with answers in `answer_files`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from autograder.assignment.definition import (
    ANSWER_KINDS,
    HIDDEN_CHECKS,
    NOTEBOOK_SOURCE,
    PUBLIC_CHECKS,
    SECTIONS_FILE,
    SETTINGS,
    Assignment,
)
from autograder.assignment.solutions import has_markers, solution_regions
from autograder.assignment.source import released_notebook, source_notebook
from autograder.errors import UsageError
from autograder.files import write_atomically
from autograder.result import CheckSpec
from autograder.wire.weight_names import FOLDER

# A solution shorter than this, such as `return x`, may well stand elsewhere for its own reasons.
SHORTEST_LEAK = 24


def allow_list(assignment: Assignment) -> tuple[str, ...]:
    """Return the names of all files of a release, relative to its folder: notebook, public checks, `files`,
    and which sections of the book belong to the questions.

    Raises:
        UsageError: an entry of `files` leads out of the assignment's folder, or names what may not be
            shipped.
    """
    public = [PUBLIC_CHECKS] if (assignment.folder / PUBLIC_CHECKS).is_file() else []
    names = [f"{assignment.id}.ipynb", *public]
    for name in assignment.files:
        _require_shippable(assignment, name)
        names += [] if name in names else [str(PurePosixPath(name))]
    return (*names, *([SECTIONS_FILE] if assignment.sections else []))


def write_release(
    assignment: Assignment, manifest: Sequence[CheckSpec], folder: str | Path
) -> tuple[Path, ...]:
    """Write the student's notebook and the files shipped beside it; other files in `folder` are left alone.

    Returns:
        the paths written, notebook first.
    Raises:
        UsageError: the assignment is inconsistent, or a file would carry a solution or a hidden check, or
            `folder` cannot be written.
    """
    notebook = released_notebook(assignment, manifest)
    contents = _shipped(assignment, notebook)
    _refuse_leaks(assignment, manifest, contents)
    return _write(Path(folder), contents)


def write_source(
    assignment: Assignment, manifest: Sequence[CheckSpec], folder: str | Path
) -> tuple[Path, ...]:
    """Write nbgrader's source folder of the assignment: the instructor's notebook, and the files of a
    release.

    nbgrader releases whatever it finds beside the notebook, so nothing else may lie in `folder`.

    Returns:
        the paths written, notebook first.
    Raises:
        UsageError: as `write_release`, or `folder` holds any other file.
    """
    folder = Path(folder)
    released = _shipped(assignment, released_notebook(assignment, manifest))
    _refuse_leaks(assignment, manifest, released)
    if strangers := sorted(_files_in(folder) - set(released)):
        raise UsageError(
            f"{folder} holds {', '.join(strangers)}, which nbgrader would hand to the students; move it away"
        )
    return _write(folder, _shipped(assignment, source_notebook(assignment, manifest)))


def _require_shippable(assignment: Assignment, name: str) -> None:
    path = assignment.folder / name
    private = {NOTEBOOK_SOURCE, HIDDEN_CHECKS, SETTINGS, SECTIONS_FILE, f"{assignment.id}.ipynb"}
    folders = {*ANSWER_KINDS, FOLDER}
    if not path.resolve().is_relative_to(assignment.folder.resolve()) or ".." in PurePosixPath(name).parts:
        raise UsageError(f"{assignment.id}: files has {name!r}, which leads out of the assignment's folder")
    inside = path.resolve().relative_to(assignment.folder.resolve())
    if str(inside) in private or inside.parts[0] in folders:
        raise UsageError(f"{assignment.id}: files has {name!r}, which students may not have")
    if not path.is_file():
        raise UsageError(f"{assignment.id}: files has {name!r}, but {path} is no file")


def _shipped(assignment: Assignment, notebook: NotebookNode) -> dict[str, bytes]:
    """The content of every file of the allow-list, by name."""
    first, *others = allow_list(assignment)
    contents = {first: (nbformat.writes(notebook) + "\n").encode()}
    contents |= {name: (assignment.folder / name).read_bytes() for name in others if name != SECTIONS_FILE}
    if assignment.sections:
        said = {"book": assignment.book, "sections": dict(assignment.sections)}
        contents[SECTIONS_FILE] = (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()
    return contents


def _refuse_leaks(assignment: Assignment, manifest: Sequence[CheckSpec], contents: dict[str, bytes]) -> None:
    solved = source_notebook(assignment, manifest)
    answers = {cell.metadata.question: cell.source for cell in solved.cells if "question" in cell.metadata}
    secrets = [
        (f"the solution of {question}", _squeezed(region))
        for question, source in answers.items()
        for region in solution_regions(source)
    ]
    secrets += [(f"the hidden check {c.id}", f"def {c.id}(") for c in manifest if c.visibility == "hidden"]
    for name, content in contents.items():
        text = content.decode("utf-8", errors="ignore")
        if name.endswith(".ipynb"):
            text = "\n".join(cell["source"] for cell in nbformat.reads(text, as_version=4).cells)
        if has_markers(text):
            raise UsageError(
                f"{assignment.id}: {name} would carry a marked solution; take it out of the release"
            )
        squeezed = _squeezed(text)
        for what, secret in secrets:
            if len(secret) >= SHORTEST_LEAK and _squeezed(secret) in squeezed:
                raise UsageError(f"{assignment.id}: {name} would carry {what}; take it out of the release")


def _squeezed(text: str) -> str:
    """`text` without any white space, so that indenting or wrapping a solution does not hide it."""
    return "".join(text.split())


def _files_in(folder: Path) -> set[str]:
    """Names of the files below `folder`, without what nbgrader itself leaves out."""
    ignored = {".ipynb_checkpoints", "__pycache__"}
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.as_posix() for path in paths if not ignored & set(path.parts)}


def _write(folder: Path, contents: dict[str, bytes]) -> tuple[Path, ...]:
    return tuple(write_atomically(folder / name, content) for name, content in contents.items())

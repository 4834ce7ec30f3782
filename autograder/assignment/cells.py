"""The cells of a released notebook: their ids, and the nbgrader metadata (schema 3) that says what it is."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode, from_dict, v4

# A cell id has at most 64 characters (nbformat 4.5), of which "answer-" takes seven.
QUESTION_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,56}")
ILLUSTRATION = "illustration"
CHECK_IMPORT = "from autograder.notebook import check"


def answer_id(question: str) -> str:
    """Return the id of the cell that the student fills in."""
    return f"answer-{question}"


def check_id(question: str) -> str:
    """Return the id of the graded cell after it."""
    return f"check-{question}"


def answer_cell(question: str, source: str, tags: tuple[str, ...] = ()) -> NotebookNode:
    """Return the cell that the student fills in: it can be edited, not deleted."""
    name = answer_id(question)
    extra = {"question": question, "deletable": False, **_tagged(tags)}
    return v4.new_code_cell(source, id=name, metadata=_nbgrader(name, solution=True) | extra)


def check_cell(question: str, points: float) -> NotebookNode:
    """Return the graded cell of a question; it is worth the points of all checks of the question."""
    name = check_id(question)
    whole = int(points) if points == int(points) else points
    metadata = _nbgrader(name, grade=True, locked=True, points=whole) | _LOCKED
    return v4.new_code_cell(f'check("{question}")', id=name, metadata=metadata)


def given_cell(number: int, source: str, tags: tuple[str, ...] = ()) -> NotebookNode:
    """Return a cell of code that the assignment provides.

    One that only shows or trains something, an illustration, can be edited: grading does not run it.
    """
    name = f"given-{number}"
    is_free = ILLUSTRATION in tags
    record = _nbgrader(name, locked=not is_free)  # nbgrader would lock it again
    locked = {"deletable": False} if is_free else _LOCKED
    return v4.new_code_cell(source, id=name, metadata=record | locked | _tagged(tags))


def text_cell(number: int, source: str, cell_type: str, tags: tuple[str, ...] = ()) -> NotebookNode:
    """Return a cell of text, "markdown" or "raw"."""
    name = f"text-{number}"
    make = v4.new_raw_cell if cell_type == "raw" else v4.new_markdown_cell
    metadata = _nbgrader(name, cell_type=cell_type, locked=True) | _LOCKED | _tagged(tags)
    return make(source, id=name, metadata=metadata)


def plain_cell(
    cell_type: str, source: str, name: str, metadata: dict[str, Any] | None = None
) -> NotebookNode:
    """Return a cell without outputs. It is not validated as nbformat does, at a cost of milliseconds."""
    parts: dict[str, Any] = {"id": name, "cell_type": cell_type, "metadata": metadata or {}, "source": source}
    if cell_type == "code":
        parts |= {"execution_count": None, "outputs": []}
    return from_dict(parts)


def plain_notebook(cells: list[NotebookNode], metadata: dict[str, Any] | None = None) -> NotebookNode:
    """Return a notebook of these cells, not validated either."""
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=from_dict(metadata or {}), cells=cells)


def question_of(cell: NotebookNode) -> str | None:
    """Return the question that a cell of the release answers or checks, or None."""
    if cell.id.startswith("check-"):
        return cell.id.removeprefix("check-")
    return cell.metadata.get("question")


def is_answer(cell: NotebookNode) -> bool:
    """Return whether a released cell is one that the student fills in."""
    return bool(cell.metadata["nbgrader"]["solution"])


def is_illustration(cell: NotebookNode) -> bool:
    """Return whether a released cell only shows something: students may change it, and grading does not run
    it."""
    return ILLUSTRATION in cell.metadata.get("tags", ()) and not (is_answer(cell) or is_check(cell))


def is_check(cell: NotebookNode) -> bool:
    """Return whether a released cell is graded."""
    return bool(cell.metadata["nbgrader"]["grade"])


# What nbgrader's LockCells writes: JupyterLab then refuses to change or delete the cell.
_LOCKED = {"deletable": False, "editable": False}


def _tagged(tags: tuple[str, ...]) -> dict[str, Any]:
    return {"tags": list(tags)} if tags else {}


def _nbgrader(grade_id: str, *, cell_type: str = "code", **changes: Any) -> dict[str, Any]:
    record = {"schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False, "locked": False}
    return {"nbgrader": record | {"task": False, "cell_type": cell_type} | changes}

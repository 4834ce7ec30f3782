"""From the one source of an assignment to the instructor's notebook and to the student's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext
from nbformat import NotebookNode, v4

from autograder.assignment.cells import (
    CHECK_IMPORT,
    QUESTION_PATTERN,
    answer_cell,
    check_cell,
    given_cell,
    is_answer,
    question_of,
    text_cell,
)
from autograder.assignment.definition import Assignment
from autograder.assignment.solutions import clear_solution, has_markers, without_markers
from autograder.errors import UsageError
from autograder.result import CheckSpec

KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class SourceCell:
    """One cell of a py:percent file: "code", "markdown" or "raw"; `question` is None in all but answers."""

    cell_type: str
    source: str
    question: str | None = None
    tags: tuple[str, ...] = ()


def source_notebook(assignment: Assignment, manifest: Sequence[CheckSpec]) -> NotebookNode:
    """Build the instructor's notebook: solutions in, check cells inserted, ids and nbgrader metadata set.

    Args:
        assignment: whose `notebook.py` is read.
        manifest: all checks; they give the points of each question.
    Raises:
        UsageError: the source cannot be read; a question occurs twice, or its id is no valid one; a solution
            stands outside an answer cell; a question has no check, or a check no answer cell.
    """
    source = _read_source(assignment)
    _match_questions(assignment, source, manifest)
    cells: list[NotebookNode] = []
    given = text = 0
    for cell in source:
        if cell.cell_type == "code" and not any(made.cell_type == "code" for made in cells):
            cells.append(given_cell(0, CHECK_IMPORT))
        if cell.question is not None:
            points = math.fsum(check.points for check in manifest if check.question == cell.question)
            cells += [answer_cell(cell.question, cell.source, cell.tags), check_cell(cell.question, points)]
        elif cell.cell_type == "code":
            given += 1
            cells.append(given_cell(given, cell.source, cell.tags))
        else:
            text += 1
            cells.append(text_cell(text, cell.source, cell.cell_type, cell.tags))
    return v4.new_notebook(cells=cells, metadata={**KERNEL, "autograder": {"assignment": assignment.id}})


def released_notebook(assignment: Assignment, manifest: Sequence[CheckSpec]) -> NotebookNode:
    """Build the student's notebook: `source_notebook` with every solution replaced by nbgrader's stub.

    Raises:
        UsageError: as `source_notebook` does.
    """
    notebook = source_notebook(assignment, manifest)
    for cell in notebook.cells:
        if is_answer(cell):
            cell.source = clear_solution(cell.source)
    return notebook


def reference_answers(assignment: Assignment) -> dict[str, str]:
    """Return the source of the reference answer of each question, in the order of the notebook.

    Raises:
        UsageError: as `source_notebook` does, but for the checks, which are not read here.
    """
    answers = (cell for cell in _read_source(assignment) if cell.question is not None)
    return {str(cell.question): without_markers(cell.source) for cell in answers}


def stubs(released: NotebookNode) -> dict[str, str]:
    """Return the source of each released answer cell by question, in the order of the notebook."""
    return {str(question_of(cell)): cell.source for cell in released.cells if is_answer(cell)}


def read_percent(text: str, path: Path) -> list[SourceCell]:
    """Split a py:percent text into its cells. `path` names the file in errors.

    Raises:
        UsageError: a question stands at a text cell, or its id is no valid one.
    """
    cells = []
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        question = cell.metadata.get("question")
        tags = tuple(str(tag) for tag in cell.metadata.get("tags", ()))
        if question is not None and cell.cell_type != "code":
            raise UsageError(
                f"{path}: question {question!r} is at a text cell; answers are code: write # %% only"
            )
        if question is not None and not QUESTION_PATTERN.fullmatch(str(question)):
            raise UsageError(
                f"{path}: question {question!r}: expected a letter, then at most 56 letters, digits, _ and -"
            )
        cells.append(SourceCell(cell.cell_type, cell.source, question, tags))
    return cells


def read_text(path: Path) -> str:
    """Read one of the author's files.

    Raises:
        UsageError: it is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _read_source(assignment: Assignment) -> list[SourceCell]:
    path = assignment.notebook_source
    cells = read_percent(read_text(path), path)
    seen: set[str] = set()
    for cell in cells:
        if cell.question is None:
            if has_markers(cell.source):
                first = cell.source.strip().split("\n")[0]
                raise UsageError(
                    f"{path}: a solution outside an answer cell, in the cell that begins {first!r}"
                )
            continue
        if cell.question in seen:
            raise UsageError(
                f"{path}: question {cell.question!r} occurs twice; give each answer cell its own id"
            )
        seen.add(cell.question)
        try:
            clear_solution(cell.source)
        except UsageError as error:
            raise UsageError(f"{path}: question {cell.question!r}: {error}") from error
    return cells


def _match_questions(assignment: Assignment, source: list[SourceCell], manifest: Sequence[CheckSpec]) -> None:
    answered = {cell.question for cell in source if cell.question is not None}
    checked = {check.question for check in manifest}
    if unanswered := sorted(checked - answered):
        raise UsageError(
            f"{assignment.id}: checks of {', '.join(unanswered)}, which has no answer cell in notebook.py"
        )
    if unchecked := sorted(answered - checked):
        raise UsageError(
            f"{assignment.id}: no check of {', '.join(unchecked)}; each answer cell needs at least one"
        )

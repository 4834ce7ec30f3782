"""Answers from files (`definition.ANSWER_KINDS`), and submissions made of them."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.assignment.cells import is_answer, question_of
from autograder.assignment.definition import Assignment
from autograder.assignment.edits import Edits, checked_edits, edited
from autograder.assignment.source import read_percent, read_text, stubs
from autograder.errors import UsageError
from autograder.wire.weight_names import FOLDER, SUFFIXES

Cells = Sequence[tuple[str | None, str]]

_NO_WEIGHTS: Mapping[str, Path] = {}

_CELL_START = re.compile(r"^# %%(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True)
class AnswerFile:
    """What one student might hand in.

    Attributes:
        path: where it was read.
        description: its docstring, on one line.
        header: the names that it assigns before its first cell, such as `loses`; plain values.
        edits: question → where its answer differs from the reference's; `edits` of the header.
        cells: pairs (question, source) in file order; the question of an extra cell is None. No edited
            question is among them: `cells_with` has both.
    """

    path: Path
    description: str
    header: dict[str, Any]
    edits: Mapping[str, Edits]
    cells: tuple[tuple[str | None, str], ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """What it answers, in the order of `cells_with`."""
        return (*self.edits, *(question for question, _ in self.cells if question is not None))

    def cells_with(self, reference: Mapping[str, str]) -> Cells:
        """Return the cells that `fill` takes: the edited answers, then those of the file.

        Args:
            reference: source by question, as `reference_answers` returns it.
        Raises:
            UsageError: an edited question has no reference, or an old text does not stand there once.
        """
        cells = []
        for question, edits in self.edits.items():
            if question not in reference:
                known = ", ".join(reference)
                raise UsageError(f"{self.path}: edits of {question!r}; the notebook asks {known}")
            try:
                cells.append((question, edited(reference[question], edits)))
            except UsageError as error:
                raise UsageError(f"{self.path}: edits of {question!r}: {error}") from error
        return (*cells, *self.cells)


def read_answer_file(path: str | Path) -> AnswerFile:
    """Read an answer file. Nothing in it is executed. One with edits or with other weights needs no cell.

    Raises:
        UsageError: it is unreadable, has no docstring or no cell, its header assigns anything but a literal,
            its edits are malformed, one of its cells is text, or a question has both a cell and edits.
    """
    path = Path(path)
    text = read_text(path)
    found = _CELL_START.search(text)
    if found is None and not re.search(r"^(edits|weights)\b", text, re.MULTILINE):
        raise UsageError(
            f'{path}: no cell; begin each answer with a line such as # %% question="conv2d", or write edits'
        )
    start = found.start() if found else len(text)
    description, header = _read_header(text[:start], path)
    cells = read_percent(text[start:], path) if found else []
    if any(cell.cell_type != "code" for cell in cells):
        raise UsageError(f"{path}: a text cell; an answer file holds code cells only")
    try:
        edits = checked_edits(header.pop("edits", {}))
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    if both := sorted(set(edits) & {str(cell.question) for cell in cells}):
        raise UsageError(f"{path}: {', '.join(both)} has edits and a cell; take one of them out")
    return AnswerFile(path, description, header, edits, tuple((cell.question, cell.source) for cell in cells))


def fill(released: NotebookNode, cells: Cells, answers: Mapping[str, str]) -> NotebookNode:
    """Return the notebook of a student who handed in these answers.

    Args:
        released: the student's notebook as shipped; it is not changed.
        cells: those of an answer file (`cells_with`); they go before `answers`. An extra cell goes before
            the next answer cell of the file, or to the end. A question's second cell follows its first, with
            the same nbgrader metadata, as a duplicate that the student made.
        answers: source by question for the questions not in `cells`; a question in neither keeps its stub.
    Raises:
        UsageError: `cells` or `answers` name a question that the notebook does not have.
    """
    known = stubs(released)
    named = [question for question, _ in cells if question is not None] + list(answers)
    if unknown := sorted(set(named) - set(known)):
        raise UsageError(f"no question {', '.join(unknown)}; the notebook has {', '.join(known)}")
    before, given, last = _by_place(cells)
    filled = v4.new_notebook(metadata=deepcopy(released.metadata))
    for cell in deepcopy(released.cells):
        question = question_of(cell) if is_answer(cell) else None
        if question is None:
            filled.cells.append(cell)
            continue
        filled.cells += before.get(question, [])
        for number, source in enumerate(given.get(question, [answers.get(question, cell.source)])):
            copy = deepcopy(cell)
            copy.source = source
            copy.id = f"{cell.id}-{number}" if number else cell.id
            filled.cells.append(copy)
    filled.cells += last
    return filled


def weight_files(assignment: Assignment, header: Mapping[str, Any]) -> dict[str, Path]:
    """Return the file of weights that is handed in for each question: the reference's, or what a header says.

    Args:
        header: of an answer file. `weights` maps a question to a file, relative to the assignment's folder,
            or to None: no file is handed in.
    Raises:
        UsageError: `weights` is something else, or names a question without weights or a file that is none
            of the assignment's; or the reference has no weights of a question.
    """
    own = header.get("weights", {})
    texts = isinstance(own, dict) and all(isinstance(n, str | None) for n in own.values())
    if not texts or not set(own) <= set(assignment.weights):
        known = ", ".join(assignment.weights) or "none"
        raise UsageError(
            f"weights is {own!r}; write a dictionary from questions to files or None; such questions: {known}"
        )
    files = {}
    for question in assignment.weights:
        if question not in own:
            files[question] = _reference_weights(assignment, question)
        elif own[question] is not None:
            path = assignment.folder / own[question]
            inside = path.resolve().is_relative_to(assignment.folder.resolve())
            if not inside or not path.is_file():
                raise UsageError(
                    f"weights of {question} are {own[question]!r}, which is no file of {assignment.id}"
                )
            files[question] = path
    return files


def _reference_weights(assignment: Assignment, question: str) -> Path:
    names = [f"{FOLDER}/{question}{suffix}" for suffix in SUFFIXES.values()]
    for name in names:
        if (assignment.folder / name).is_file():
            return assignment.folder / name
    raise UsageError(
        f"{assignment.id} has no weights of its own for {question}: expected {' or '.join(names)}"
    )


def write_submission(
    folder: Path, assignment: Assignment, notebook: NotebookNode, weights: Mapping[str, Path] = _NO_WEIGHTS
) -> None:
    """Write what a student hands in into `folder`, which is made: the notebook, and weights beside it.

    Args:
        weights: question → file, whose name after the first dot is kept.
    """
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{assignment.id}.ipynb")
    for question, path in weights.items():
        (folder / FOLDER).mkdir(exist_ok=True)
        shutil.copyfile(path, folder / FOLDER / f"{question}.{path.name.partition('.')[2]}")


def _by_place(cells: Cells) -> tuple[dict[str, list[NotebookNode]], dict[str, list[str]], list[NotebookNode]]:
    """Extra cells by the question that they precede, sources by question, and the extra cells of the end."""
    before: dict[str, list[NotebookNode]] = {}
    given: dict[str, list[str]] = {}
    waiting: list[NotebookNode] = []
    for number, (question, source) in enumerate(cells, start=1):
        if question is None:
            waiting.append(v4.new_code_cell(source, id=f"extra-{number}"))
            continue
        before.setdefault(question, []).extend(waiting)
        given.setdefault(question, []).append(source)
        waiting = []
    return before, given, waiting


def _read_header(text: str, path: Path) -> tuple[str, dict[str, Any]]:
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{path}: its header is no Python: {error}") from error
    docstring = ast.get_docstring(ast.Module(statements, []))
    if not docstring:
        raise UsageError(f"{path}: no docstring; begin with one sentence that says what this answer is")
    header: dict[str, Any] = {}
    for statement in statements[1:]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                header[name] = _literal(value, name, path)
            case _:
                line = ast.unparse(statement).split("\n")[0]
                raise UsageError(
                    f"{path}: {line!r} in its header; expected assignments such as loses = {{...}}"
                )
    return " ".join(docstring.split()), header


def _literal(value: ast.expr, name: str, path: Path) -> Any:
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path}: {name} = {ast.unparse(value)}: expected a literal value") from error

"""Where a question is answered, and which later cells could spoil the answer."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence

from nbformat import NotebookNode

from autograder.assignment.cells import is_answer, question_of
from autograder.assignment.solutions import defined_names, is_attempted
from autograder.submission.rebuild import PlayCell

_DEFINITION = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)", re.MULTILINE)
# The tree of a program takes a hundred times its text, and the text is a stranger's.
_PARSED_AT_MOST = 100_000


def cells_of(cells: Sequence[PlayCell], released: NotebookNode, question: str) -> list[int]:
    """Return which cells answer a question: its own, unless it is only the stub, and those of the student's
    own that define its functions; where there is none, those that bind its names in any way."""
    (original,) = (cell for cell in released.cells if is_answer(cell) and question_of(cell) == question)
    names = defined_names(original.source)
    names = frozenset([question]) if question in names else names | {question}
    found, bound = [], []
    for index, cell in enumerate(cells):
        if cell.question == question:
            found += [index] if is_attempted(cell.source, original.source) else []
        elif cell.kind == "extra":
            found += [index] if names & set(_DEFINITION.findall(cell.source)) else []
            bound += [index] if names & defined_names(cell.source) else []
    return found or bound


def later_cells(cells: Sequence[PlayCell], place: int) -> list[int]:
    """Return which cells after `place` could spoil what stands there: the student's own, and answers that do
    more than define functions of new names."""
    known = {name for cell in cells[: place + 1] for name in re.findall(r"\w+", cell.source)}
    known |= set(dir(builtins))
    return [
        index
        for index, cell in enumerate(cells[place + 1 :], start=place + 1)
        if cell.kind == "extra" or (cell.kind == "answer" and _binds(cell, known))
    ]


def _binds(cell: PlayCell, known: set[str]) -> bool:
    """Whether an answer may bind a known name, as far as its text shows; when in doubt it may."""
    if len(cell.source) > _PARSED_AT_MOST:
        return True
    try:
        tree = ast.parse(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # a magic, most likely
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name, decorator_list=[]) | ast.ClassDef(name=name, decorator_list=[]):
                names = {name} - {cell.question}
            case ast.Import(names=modules):
                names = {each.asname or each.name.partition(".")[0] for each in modules} & set(dir(builtins))
            case ast.ImportFrom(names=modules):
                names = {each.asname or each.name for each in modules}
            case ast.Assign(targets=[ast.Name(id=name)]):
                names = {name}
            case ast.Expr(value=ast.Constant()):
                continue
            case _:
                return True
        if names & known or "*" in names:
            return True
    return False

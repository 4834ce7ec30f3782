"""What to tell a student whose cell or function stopped: which, where, why, and what to do about it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence

from autograder.assignment.bindings import Bindings, bindings
from autograder.assignment.cells import is_illustration
from autograder.judge.replies import Played
from autograder.submission.rebuild import PlayCell, Rebuilt
from autograder.text import close_name
from autograder.wire.failures import NOT_ANSWERED, Failure

_HOME_PATH = re.compile(r"(/home/|/Users/|/root(?=/)|[A-Za-z]:\\)[^'\"\s]*")
_NAME = re.compile(r"(?:name '([^']+)' is not defined|(\w+) is not defined$)")
_MODULE = re.compile(r"No module named '([^']+)'")
_PART = re.compile(r"cannot import name '([^']+)' from '([^']+)'")
_LINE_CHARACTERS = 60
# Cells that are parsed to find one name, and characters of all of them.
_PARSED_AT_MOST = 400_000


# What is said of a cell that no exception stopped, by the status of `Played`.
NOT_RUN_THROUGH = {
    "timeout": "did not finish",
    "crashed": "did not finish",
    "protocol_error": "did not finish",
    "left_out": "was left out",
    "not_run": "did not run",
}


class Causes:
    """What went wrong in a notebook that was run from the top.

    Args:
        rebuilt: the notebook.
        played: how each of its cells ended, by index; as it was before anything of a check was known.
        allowed: modules of the course that answers may import.
    """

    def __init__(self, rebuilt: Rebuilt, played: Mapping[int, Played], allowed: Sequence[str]) -> None:
        self._rebuilt, self._cells, self._allowed = rebuilt, rebuilt.cells, allowed
        self._played = dict(played)
        self._bindings: dict[str, Bindings] = {}
        self._room = _PARSED_AT_MOST

    def of_questions(self) -> dict[str, str]:
        """Return what went wrong in the cell of each question; none where it ran, or is not answered yet."""
        faults: dict[str, str] = {}
        for index, cell in enumerate(self._cells):
            if cell.question is not None and (text := self._fault(index)):
                faults[cell.question] = text
        return faults

    def advice(self, ended: Failure, at: int | None = None, question: str | None = None) -> str:
        """Return a sentence on what to do, or nothing.

        Args:
            ended: the exception that stopped a cell, or a call of a check.
            at: index of that cell; None where all cells had run.
            question: that of the check; what went wrong in its own cell is told already (`of_questions`).
        """
        own = [
            index
            for index, cell in enumerate(self._cells)
            if question is not None and cell.question == question
        ]
        return self._advice(ended, at, frozenset(own))

    def _fault(self, index: int) -> str:
        ended = self._played[index].failure
        if self._played[index].status == "ran":
            return ""
        if ended is None:
            run = self._played[index]
            return f"The cell of this question {NOT_RUN_THROUGH[run.status]}. {run.message}"
        if ended.type_name == NOT_ANSWERED and not ended.message:
            return ""
        what = f"The cell of this question stopped with {ended.told}."
        return f"{what} {self.advice(ended, index)}".strip()

    def _advice(self, ended: Failure, at: int | None, told: frozenset[int]) -> str:
        if ended.type_name == "NameError" and (found := _NAME.search(ended.message)):
            return self._undefined(found[1] or found[2], at, told)
        if ended.type_name == "ModuleNotFoundError" and (found := _MODULE.search(ended.message)):
            return _without(found[1], self._allowed) or _missing(found[1])
        if ended.type_name == "ImportError" and (found := _PART.search(ended.message)):
            named = f"{found[2]}.{found[1]}"
            return _without(named, self._allowed) or _newer(self._rebuilt.python)
        if ended.type_name == "SyntaxError":
            return _newer(self._rebuilt.python)
        if ended.type_name in ("FileNotFoundError", "PermissionError", "OSError") and (
            path := _HOME_PATH.search(ended.message)
        ):
            return f"{path[0]} exists on your own computer only: use a path relative to the notebook."
        if ended.type_name == "EOFError":
            return "Nobody is there to answer input() when the notebook is graded."
        return ""

    def _undefined(self, name: str, at: int | None, told: frozenset[int]) -> str:
        """Say where a name is that was not there."""
        found = [self._bound(cell.source) for cell in self._cells]
        binding = [index for index, bound in enumerate(found) if name in bound.names]
        before = [index for index in binding if at is None or index < at]
        stopped = [index for index in before if self._played[index].status != "ran"]
        for index in stopped:
            if index not in told:
                return f"{name} is defined in {self._stopped(index, told)}"
        if stopped:
            return ""
        if before:
            return (
                f"{cell_title(self._cells[before[-1]])} defines {name}, but it was gone when it was needed, "
                "or stands under a condition that did not hold."
            )
        if at in binding:
            return f"{name} is defined further down in the same cell only."
        if binding:
            where = cell_title(self._cells[binding[0]], capital=False)
            return f"{name} is defined only in a later cell: run the notebook from the top. It is {where}."
        if name in self._rebuilt.lost:
            return (
                f"{name} was written into the cell {self._rebuilt.lost[name]}, which is as released again in "
                "grading: write it into a cell of your own."
            )
        return self._unbound(name, found, told)

    def _unbound(self, name: str, found: list[Bindings], told: frozenset[int]) -> str:
        """Say what may be meant by a name that no cell that runs plainly binds."""
        for index, bound in enumerate(found):
            if name in bound.inside:
                where = f"{bound.inside[name]}, in {cell_title(self._cells[index], capital=False)}"
                return f"{name} is known inside {where}, and nowhere else."
        for cell in self._rebuilt.notebook.cells:
            drawn = cell.cell_type == "code" and "nbgrader" in cell.metadata and is_illustration(cell)
            if drawn and name in self._bound(cell.source).names:
                return f"{name} is defined in {cell.id}, a cell that only shows something: grading skips it."
        for index, bound in enumerate(found):
            if bound.has_star and self._played[index].status != "ran" and index not in told:
                return f"{name} may come from the star import of {self._stopped(index, told)}"
        if close := close_name(name, sorted(set().union(*(bound.names for bound in found)))):
            return f"You defined {close}: is that the one?"
        unseen = re.compile(rf"['\"]{re.escape(name)}['\"]|\bexec\(|import\s*\*")
        if any(unseen.search(cell.source) for cell in self._cells):
            return f"No cell that was run defines {name} plainly; was its cell deleted?"
        return f"{name} is defined nowhere in the notebook as handed in; was its cell deleted?"

    def _stopped(self, index: int, told: frozenset[int]) -> str:
        """Name a cell that did not run through, with its own cause."""
        run, title = self._played[index], cell_title(self._cells[index], capital=False)
        if run.failure is None:
            return f"{title}, which {NOT_RUN_THROUGH[run.status]}. {run.message}".strip()
        what = f"{title}, which stopped with {run.failure.told}."
        return f"{what} {self._advice(run.failure, index, told | {index})}".strip()

    def _bound(self, source: str) -> Bindings:
        if source not in self._bindings:
            self._room -= len(source)
            self._bindings[source] = bindings(source) if self._room >= 0 else Bindings()
        return self._bindings[source]


def cell_name(cell: PlayCell) -> str:
    """Name a cell by its question, or else as a student finds it."""
    return f"the cell of question {cell.question}" if cell.question else cell_title(cell, capital=False)


def cell_title(cell: PlayCell, capital: bool = True) -> str:
    """Name a cell as a student finds it: by its number and its first line."""
    lines = (line.strip() for line in cell.source.splitlines())
    line = next((line for line in lines if line), "").replace("`", "'")
    shown = line if len(line) <= _LINE_CHARACTERS else line[: _LINE_CHARACTERS - 1] + "…"
    return f"{'C' if capital else 'c'}ode cell {cell.number} (`{shown}`)"


def _missing(module: str) -> str:
    if module.partition(".")[0] == "google":
        return f"{module} exists in Colab only: do without it in what you hand in."
    absent = f"{module} is not installed where answers are graded."
    if "." in module:
        return absent
    own = f"If {module}.py is a file of your own, put its code into a cell"
    return f"{absent} {own}: it is not handed in, only the notebook is."


def _newer(python: str) -> str:
    """Say that the notebook is of a newer Python than answers are graded with, if it is."""
    here = sys.version_info[:2]
    if not python or tuple(map(int, python.split("."))) <= here:
        return ""
    return (
        f"Your notebook was run with Python {python}, and answers are graded with Python "
        f"{here[0]}.{here[1]}: what is new since then cannot be read here."
    )


def _without(module: str, allowed: Sequence[str]) -> str:
    """Return the rule on the course's own modules, if this is one of them."""
    if module.partition(".")[0] not in {name.partition(".")[0] for name in allowed}:
        return ""
    return f"Answers are graded without {module}: only {', '.join(allowed)} may be imported from the course."

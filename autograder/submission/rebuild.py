"""Put a student's notebook back into the shape of the release before anything of it runs.

Answers are taken by id wherever they were moved to; check cells, given cells and text are ours again; code of
the student's own is kept where it stands. So a cell that was deleted, duplicated, renamed or retyped changes
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import accumulate
from textwrap import indent

from nbformat import NotebookNode

from autograder.assignment.bindings import added_imports, bindings
from autograder.assignment.cells import (
    answer_id,
    is_answer,
    is_check,
    is_illustration,
    plain_cell,
    plain_notebook,
    question_of,
)
from autograder.assignment.solutions import defined_names, is_attempted
from autograder.errors import Rejected
from autograder.result import Flag
from autograder.submission.parsing import SubmittedNotebook, python_of
from autograder.submission.weights import Weights

# Ways to bind a name that reading a cell does not find.
_BINDS_UNSEEN = re.compile(
    r"import\s*\*|\b(?:exec|eval|globals|locals|vars|setattr|get_ipython)\b|%\s*(?:run|load)"
)
_SHOWN_AT_MOST = 300
_IMPORT_CELLS_AT_MOST = 20
# Characters of all cells that are parsed to find an answer; beyond, what begins a line must do.
_PARSED_AT_MOST = 400_000


@dataclass(frozen=True)
class PlayCell:
    """One code cell to run.

    Attributes:
        source: its code.
        question: what it answers; None unless `kind` is "answer".
        kind: "answer", "given" (ours) or "extra" (the student's own).
        index: its place in the cells of the rebuilt notebook.
        number: its place among the code cells, from 1: what stands beside it after a run from the top.
    """

    source: str
    question: str | None
    kind: str
    index: int
    number: int = 0


@dataclass(frozen=True)
class Rebuilt:
    """A submission ready to run.

    Attributes:
        cells: code cells in the order in which to run them; check cells are not among them.
        notebook: the repaired notebook with check cells, ids and metadata of the release, and no outputs.
        flags: what was damaged, repaired or ambiguous.
        weights: what was handed in beside the notebook; None where the assignment asks for none.
        lost: names that the student bound in a given cell, which is as released again → id of that cell.
        python: the version that it was last run with, such as "3.13"; "" where it does not say.
    """

    cells: tuple[PlayCell, ...]
    notebook: NotebookNode
    flags: tuple[Flag, ...]
    weights: Weights | None = None
    lost: Mapping[str, str] = field(default_factory=dict)
    python: str = ""


@dataclass
class _Slot:
    """One cell of the notebook to be. `released` is the cell of ours that it is, None for an extra one;
    `written` is what the student made of one that is ours again. One that the student's notebook does not
    have is not `counted`."""

    cell: NotebookNode
    released: NotebookNode | None = None
    runs: bool = True
    written: str = ""
    counted: bool = True

    @property
    def kind(self) -> str:
        if self.released is None:
            return "extra"
        return "answer" if is_answer(self.released) else "check" if is_check(self.released) else "given"

    @property
    def is_attempted(self) -> bool:
        """Whether it is code of the student's that runs, and no mere stub."""
        if not self.runs or self.cell.cell_type != "code" or self.kind in ("check", "given"):
            return False
        return self.released is None or is_attempted(self.cell.source, self.released.source)


def rebuild(released: NotebookNode, submitted: SubmittedNotebook | NotebookNode) -> Rebuilt:
    """Rebuild a submitted notebook from the released one.

    Args:
        released: the student's notebook as `released_notebook` makes it; it is not changed.
        submitted: what was read of a submission, or any notebook in memory, which is cleaned in the same way.
    Raises:
        Rejected: nothing in the notebook belongs to this assignment, or it is too large.
    """
    if not isinstance(submitted, SubmittedNotebook):
        submitted = SubmittedNotebook.of(submitted)
    flags: list[Flag] = list(submitted.notes)
    matched = match_cells(released, submitted.notebook)
    slots = _place(released, submitted.notebook, matched, flags)
    _reinsert(released, slots, flags)
    attempted = _settle_elsewhere(slots, flags)
    if not matched and not attempted:
        raise Rejected("no cell of the notebook belongs to this assignment; was another notebook handed in?")
    extras = (slot.cell for slot in slots if slot.released is None)
    for number, cell in enumerate(extras, start=1):
        cell.id = f"extra-{number}"
    notebook = plain_notebook([slot.cell for slot in slots], released.metadata)
    numbers = accumulate(int(slot.counted and slot.cell.cell_type == "code") for slot in slots)
    cells = tuple(
        PlayCell(_source(slots, index), question_of(slot.cell), slot.kind, index, number)
        for index, (slot, number) in enumerate(zip(slots, numbers, strict=True))
        if slot.runs and slot.cell.cell_type == "code" and slot.kind != "check" and not _is_illustration(slot)
    )
    python = python_of(submitted.notebook)
    return Rebuilt(cells, notebook, tuple(flags), submitted.weights, _lost(slots), python)


def _source(slots: list[_Slot], index: int) -> str:
    """Return the code of a cell as it runs: a stub leaves alone what was bound above in a way unseen here."""
    slot = slots[index]
    if slot.kind != "answer" or slot.released is None or slot.is_attempted:
        return slot.cell.source
    above = (other.cell.source for other in slots[:index] if other.is_attempted)
    if not any(_BINDS_UNSEEN.search(source) for source in above):
        return slot.cell.source
    names = _answer_names(slot.released)
    listed = ", ".join(map(repr, sorted(names)))
    return f"if not {{{listed}}} & globals().keys():\n{indent(slot.cell.source, '    ')}"


def _lost(slots: list[_Slot]) -> dict[str, str]:
    lost: dict[str, str] = {}
    for slot in slots:
        if slot.written and slot.released is not None:
            names = bindings(slot.written).names - bindings(slot.released.source).names
            lost.update(dict.fromkeys(names, slot.released.id))
    return lost


def _is_illustration(slot: _Slot) -> bool:
    """Whether it is a given cell that only shows something: no answer needs it, and drawing takes time."""
    return slot.released is not None and is_illustration(slot.released)


def match_cells(released: NotebookNode, notebook: NotebookNode) -> dict[int, str]:
    """Return which released cell (by id) each submitted one is, by index; the student's own are left out."""
    known = {cell.id for cell in released.cells}
    matched = {}
    for index, cell in enumerate(notebook.cells):
        metadata = cell.metadata
        names = [metadata.get("nbgrader", {}).get("grade_id"), cell.id]
        names += [answer_id(metadata["question"])] if "question" in metadata else []
        if name := next((name for name in names if name in known), None):
            matched[index] = name
    return matched


def _place(
    released: NotebookNode, notebook: NotebookNode, matched: dict[int, str], flags: list[Flag]
) -> list[_Slot]:
    """The submitted cells in their order, each as ours where it is ours."""
    ours = {cell.id: cell for cell in released.cells}
    chosen = {name: _choose(ours[name], notebook, matched, flags) for name in dict.fromkeys(matched.values())}
    slots: list[_Slot] = []
    for index, cell in enumerate(notebook.cells):
        if index not in matched:
            slots.append(_extra(cell))
        elif chosen[matched[index]] == index:
            slots += _repaired(cell, ours[matched[index]], flags)
        else:
            # A copy runs as code of its own, unless it is only the stub, which would undo the answer.
            original = ours[matched[index]]
            is_given = not (is_answer(original) or is_check(original))
            slots.append(_extra(cell, runs=is_given or is_attempted(cell.source, original.source)))
    return slots


def _choose(
    original: NotebookNode, notebook: NotebookNode, matched: dict[int, str], flags: list[Flag]
) -> int:
    """Index of the submitted cell that counts as `original`: the last answer, or the most faithful copy."""
    copies = [index for index, name in matched.items() if name == original.id]
    changed = [i for i in copies if is_attempted(notebook.cells[i].source, original.source)]
    if not is_answer(original):
        return next((i for i in copies if i not in changed), copies[0])
    # An old version kept as text beside the code is no answer.
    answers = [i for i in changed if notebook.cells[i].cell_type == "code"] or changed
    if len(answers) > 1:
        text = f"The answer cell occurs {len(answers)} times; the last one counts."
        flags.append(Flag("duplicate_answer", text, question_of(original)))
    return (answers or copies)[-1]


def _repaired(cell: NotebookNode, original: NotebookNode, flags: list[Flag]) -> list[_Slot]:
    """A submitted cell as the released one; before it, what the student wrote over a check or text; after it,
    the imports that the student added to it."""
    slot = _Slot(deepcopy(original), original)
    changed = cell.source.split() != original.source.split()
    repairs: list[str] = []
    if cell.cell_type != original.cell_type:
        repairs.append(f"was turned into {cell.cell_type}")
    if keys := _changed_metadata(cell, original):
        repairs.append(f"had its {', '.join(keys)} changed")
    before: list[_Slot] = []
    imports: tuple[str, ...] = ()
    is_given = not (is_answer(original) or is_check(original))
    if changed and is_given and cell.cell_type == original.cell_type == "code":
        slot.written = cell.source
        imports = added_imports(cell.source, original.source)
    if is_answer(original):
        slot.cell.source = cell.source
    elif changed and "code" in (cell.cell_type, original.cell_type) and not is_illustration(original):
        repairs.append("was edited")
        # Code written over a check, or into a text cell, may be the answer.
        is_own_code = is_check(original) or original.cell_type != "code"
        before = [_extra(cell)] if is_own_code and cell.source.strip() else []
    if repairs:
        text = f"The cell {original.id} {' and '.join(repairs)}; it is as released again."
        if is_answer(original):
            text = f"The cell {original.id} {' and '.join(repairs)}; this is repaired, and the answer kept."
        flags.append(Flag("cell_repaired", text, question_of(original)))
    if imports:
        text = f"Imports were added to {original.id}; they are kept as code of the student's own: "
        flags.append(Flag("imports_kept", f"{text}{'; '.join(imports)[:_SHOWN_AT_MOST]}."))
    return [*before, slot, *_own_imports(imports, original)]


def _own_imports(imports: tuple[str, ...], original: NotebookNode) -> list[_Slot]:
    """Return a cell for each import, so that one that fails stops no other; of very many, one for all."""
    sources = imports if len(imports) <= _IMPORT_CELLS_AT_MOST else ("\n".join(imports),)
    slots = [_extra(plain_cell("code", source, original.id)) for source in sources]
    for slot in slots:
        slot.counted = False
    return slots


def _changed_metadata(cell: NotebookNode, original: NotebookNode) -> list[str]:
    was, now = original.metadata["nbgrader"], cell.metadata.get("nbgrader", {})
    return [
        key
        for key in ("grade_id", "grade", "solution", "locked", "points")
        if key in now and now[key] != was.get(key)
    ]


def _extra(cell: NotebookNode, runs: bool = True) -> _Slot:
    return _Slot(plain_cell(cell.cell_type, cell.source, cell.id), runs=runs)


def _reinsert(released: NotebookNode, slots: list[_Slot], flags: list[Flag]) -> None:
    """Put each cell of ours that is missing behind the one that it followed in the release."""
    present = {slot.released.id for slot in slots if slot.released}
    before = None
    for original in released.cells:
        if original.id not in present:
            after = [
                index for index, slot in enumerate(slots) if slot.released and slot.released.id == before
            ]
            slots.insert(after[0] + 1 if after else 0, _Slot(deepcopy(original), original))
            if original.cell_type == "code":
                text = f"The cell {original.id} was missing; it is back as it was released."
                flags.append(Flag("cell_restored", text, question_of(original)))
        before = original.id


def _settle_elsewhere(slots: list[_Slot], flags: list[Flag]) -> frozenset[str]:
    """Let the last definition of each question win, and return the attempted questions.

    An answer cell that is only its stub does not run where another cell holds the answer: it would undo it.
    """
    defined = _names_of_answers(slots)
    attempted = set()
    for index, slot in enumerate(slots):
        if slot.kind != "answer" or slot.released is None:
            continue
        question = str(question_of(slot.released))
        names = _answer_names(slot.released)
        start = index + 1 if slot.is_attempted else 0
        elsewhere = any(names & other for other in defined[start:])
        if elsewhere:
            where = "again in a later cell" if slot.is_attempted else "in another cell, its own being blank"
            flags.append(
                Flag("answer_elsewhere", f"The answer is {where}; the last definition counts.", question)
            )
        if elsewhere or slot.is_attempted:
            attempted.add(question)
        slot.runs = slot.is_attempted or not elsewhere
    return frozenset(attempted)


def _names_of_answers(slots: list[_Slot]) -> list[frozenset[str]]:
    """Return the names that each attempted cell binds; none where no answer's name occurs in it."""
    ours = [slot.released for slot in slots if slot.kind == "answer" and slot.released is not None]
    wanted = frozenset().union(*map(_answer_names, ours))
    found, room = [], _PARSED_AT_MOST
    for slot in slots:
        source = slot.cell.source if slot.is_attempted else ""
        if not any(name in source for name in wanted):
            found.append(frozenset[str]())
            continue
        room -= len(source)
        found.append(bindings(source).names if room >= 0 else defined_names(source))
    return found


def _answer_names(released: NotebookNode) -> frozenset[str]:
    """Return the names of which one counts as the answer."""
    question, names = str(question_of(released)), defined_names(released.source)
    return frozenset([question]) if question in names else names | {question}

"""Read what was handed in, and trust no byte of it: not its name, kind, size, encoding or structure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment.cells import is_answer
from autograder.assignment.definition import Assignment
from autograder.assignment.solutions import is_attempted
from autograder.errors import InfrastructureError, Rejected
from autograder.result import Flag
from autograder.submission.discovery import BYTES_AT_MOST, Found, Submission
from autograder.submission.names import fault_of_id, is_notebook, notebook_stem, spelled
from autograder.submission.parsing import SubmittedNotebook
from autograder.submission.rebuild import match_cells, rebuild
from autograder.submission.untrusted_files import is_folder_beneath, list_beneath, printable, read_beneath
from autograder.submission.weights import Weights, read_weights

# Flags on where things were found, which a dry run tells.
TOLD_BEFORE = ("found_elsewhere", "several_notebooks", "weights_elsewhere", "two_weights")


def read_submission(
    submission: Submission, released: NotebookNode | None = None, assignment: Assignment | None = None
) -> SubmittedNotebook:
    """Read the notebook of a submission, and the weights that were handed in with it.

    Args:
        submission: a notebook, or a folder with one or more.
        released: the student's notebook as shipped; it tells which of several notebooks was meant.
        assignment: says which weights to read; None reads none.
    Raises:
        Rejected: there is no readable notebook; the reason is for the student. Or the id is a path.
        InfrastructureError: it is not plain which notebook is meant, the student's id cannot be used, or the
            system refuses to read: somebody must mend that, and it is no zero.
    """
    if fault := fault_of_id(submission.student):
        # No entry of a folder has a name with a slash: this one was made up.
        kind = Rejected if "/" in submission.student else InfrastructureError
        raise kind(f"student id {submission.student!r} {fault}; rename the student's folder or file")
    notebook = _read_notebook(submission.root, submission.path, released)
    notes = [Flag("found_elsewhere", note) for note in submission.notes]
    notebook = replace(notebook, notes=(*notebook.notes, *notes))
    weights = None if assignment is None else weights_of(submission, assignment)
    return notebook if weights is None else notebook.with_weights(weights)


@dataclass(frozen=True)
class Planned:
    """What would become of one entry.

    Attributes:
        student: their id; empty where it is not known.
        entry: the path of what would be graded, or of what would not.
        status: "would_be_graded", "rejected" (score 0) or "not_gradable" (no score; somebody must mend it).
        reason: why not, or where it was found.
    """

    student: str
    entry: str
    status: str
    reason: str = ""


def look_over(found: Found, released: NotebookNode, assignment: Assignment) -> list[Planned]:
    """Read all that was found, run nothing of it, and say what would be graded as whom."""
    plan = []
    for submission in found.submissions:
        entry = printable(str(submission.path.relative_to(submission.root)))
        if entry in ("", "."):
            entry = printable(submission.path.name)
        try:
            rebuilt = rebuild(released, read_submission(submission, released, assignment))
        except Rejected as error:
            plan.append(Planned(submission.student, entry, "rejected", str(error)))
        except InfrastructureError as error:
            plan.append(Planned(submission.student, entry, "not_gradable", str(error)))
        else:
            told = " ".join(flag.text for flag in rebuilt.flags if flag.kind in TOLD_BEFORE)
            plan.append(Planned(submission.student, entry, "would_be_graded", told))
    return plan + [Planned("", one.entry, "not_gradable", one.reason) for one in found.left_out]


def weights_of(submission: Submission, assignment: Assignment) -> Weights | None:
    """Read the weights of a submission; None where the assignment asks for none.

    Raises:
        InfrastructureError: the system refuses to read for a reason that is not the submission's.
    """
    if not assignment.weights:
        return None
    return read_weights(
        submission.root,
        None if _is_notebook(submission.root, submission.path) else submission.path,
        assignment.weights,
        assignment.budget.weights_mb,
        home=submission.home,
        beside=submission.beside,
    )


def _is_notebook(root: Path, path: Path) -> bool:
    return is_notebook(path.name) and not is_folder_beneath(root, path)


def _read_notebook(root: Path, path: Path, released: NotebookNode | None) -> SubmittedNotebook:
    if _is_notebook(root, path):
        return _read(root, path)
    names = [name for name in list_beneath(root, path) if is_notebook(name) and name[0] != "."]
    if not names:
        raise Rejected(f"there is no notebook (.ipynb) in the folder {printable(path.name)}")
    if len(names) == 1:
        return _read(root, path / names[0])
    return _read_meant(root, path, names, released)


def _read(root: Path, path: Path) -> SubmittedNotebook:
    return SubmittedNotebook.from_bytes(read_beneath(root, path, BYTES_AT_MOST), printable(path.name))


def _read_meant(
    root: Path, folder: Path, names: list[str], released: NotebookNode | None
) -> SubmittedNotebook:
    """The one of several that is of this assignment and answered; on a tie, the one named as shipped."""
    listed = f"{', '.join(printable(name) for name in names[:5])}{', …' if len(names) > 5 else ''}"
    if released is None or len(names) > 20:
        raise InfrastructureError(f"there are {len(names)} notebooks ({listed}); keep one only")
    candidates = []
    for name in names:
        try:
            candidates.append(_read(root, folder / name))
        except Rejected:
            continue
    ours = [c for c in candidates if match_cells(released, c.notebook)]
    meant = [c for c in ours if _attempted(released, c.notebook)] or ours
    shipped = str(released.metadata.get("autograder", {}).get("assignment"))
    if len(meant) > 1:
        exactly = [c for c in meant if c.name == f"{shipped}.ipynb"]
        meant = exactly or [c for c in meant if spelled(notebook_stem(c.name)) == spelled(shipped)]
    if len(meant) != 1:
        raise InfrastructureError(
            f"there are {len(names)} notebooks ({listed}), and it is unclear which one counts; keep one"
        )
    note = Flag(
        "several_notebooks", f"The folder has {len(names)} notebooks ({listed}); {meant[0].name} is graded."
    )
    return replace(meant[0], notes=(*meant[0].notes, note))


def _attempted(released: NotebookNode, notebook: NotebookNode) -> bool:
    """Whether a notebook has any answer that is neither empty nor its stub."""
    shipped = {cell.id: cell.source for cell in released.cells if is_answer(cell)}
    matched = match_cells(released, notebook)
    return any(
        is_attempted(notebook.cells[index].source, shipped[name])
        for index, name in matched.items()
        if name in shipped
    )

"""Read what was handed in, and trust no byte of it: not its name, kind, size, encoding or structure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment.cells import is_answer
from autograder.assignment.definition import Assignment
from autograder.assignment.solutions import is_attempted
from autograder.errors import Rejected
from autograder.result import Flag
from autograder.submission.discovery import Submission, is_valid_student
from autograder.submission.parsing import SubmittedNotebook
from autograder.submission.rebuild import match_cells
from autograder.submission.untrusted_files import list_beneath, printable, read_beneath
from autograder.submission.weights import Weights, read_weights

BYTES_AT_MOST = 32 << 20


def read_submission(
    submission: Submission, released: NotebookNode | None = None, assignment: Assignment | None = None
) -> SubmittedNotebook:
    """Read the notebook of a submission, and the weights that were handed in with it.

    Args:
        submission: a notebook, or a folder with one or more.
        released: the student's notebook as shipped; it tells which of several notebooks was meant.
        assignment: says which weights to read; None reads none.
    Raises:
        Rejected: the student's id is no valid one, or there is no readable notebook; the reason is for the
            student.
        InfrastructureError: the system refuses to read for a reason that is not the submission's.
    """
    if not is_valid_student(submission.student):
        raise Rejected(
            f"student id {submission.student!r}: expected a letter or digit, "
            "then at most 127 letters, digits and . _ @ + -"
        )
    notebook = _read_notebook(submission.root, submission.path, released)
    weights = None if assignment is None else weights_of(submission, assignment)
    return notebook if weights is None else notebook.with_weights(weights)


def weights_of(submission: Submission, assignment: Assignment) -> Weights | None:
    """Read the weights of a submission; None where the assignment asks for none.

    Raises:
        InfrastructureError: the system refuses to read for a reason that is not the submission's.
    """
    if not assignment.weights:
        return None
    folder = None if _is_notebook(submission.path) else submission.path
    return read_weights(submission.root, folder, assignment.weights, assignment.budget.weights_mb)


def _is_notebook(path: Path) -> bool:
    return path.name.lower().endswith(".ipynb")


def _read_notebook(root: Path, path: Path, released: NotebookNode | None) -> SubmittedNotebook:
    if _is_notebook(path):
        return _read(root, path)
    names = [name for name in list_beneath(root, path) if name.lower().endswith(".ipynb") and name[0] != "."]
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
        raise Rejected(f"there are {len(names)} notebooks ({listed}); hand in one only")
    candidates = []
    for name in names:
        try:
            candidates.append(_read(root, folder / name))
        except Rejected:
            continue
    ours = [c for c in candidates if match_cells(released, c.notebook)]
    meant = [c for c in ours if _attempted(released, c.notebook)] or ours
    shipped = f"{released.metadata.get('autograder', {}).get('assignment')}.ipynb"
    meant = [c for c in meant if len(meant) == 1 or c.name == shipped]
    if len(meant) != 1:
        raise Rejected(
            f"there are {len(names)} notebooks ({listed}), and it is unclear which one counts; hand in one"
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

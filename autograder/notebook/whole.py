"""`autograder check`: a whole notebook of one's own, from the top."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.assignment.definition import Assignment
from autograder.assignment.source import released_notebook
from autograder.errors import Rejected
from autograder.judge.collection import Checks
from autograder.judge.hints import fault
from autograder.judge.verdict import explained
from autograder.notebook.live import result_of, run_checks
from autograder.notebook.quiet import quiet
from autograder.player.notebook_modules import look_beside_the_notebook
from autograder.player.shell import new_shell, run_cell
from autograder.result import Result
from autograder.submission.parsing import SubmittedNotebook
from autograder.submission.rebuild import Rebuilt, rebuild
from autograder.submission.weights import read_weights


def check_notebook(assignment: Assignment, notebook: Path) -> Result:
    """Run a notebook of one's own from the top, and the public checks on what it defines.

    It is put back into the shape of the release first, as in grading. It runs in its own folder, in this
    process, without a sandbox.

    Returns:
        the result, public checks only; status "rejected" where the file is no notebook of this assignment.
    """
    checks = Checks(assignment.check_files, b"")
    most = sum(spec.points for spec in checks.manifest if spec.visibility == "public")
    try:
        submitted = SubmittedNotebook.from_bytes(notebook.read_bytes(), notebook.name)
        rebuilt = rebuild(released_notebook(assignment, checks.manifest), submitted)
    except Rejected as error:
        return replace(result_of(assignment.id, ()), status="rejected", max_score=most, reason=str(error))
    folder = notebook.resolve().parent
    weights = read_weights(folder, folder, assignment.weights, assignment.budget.weights_mb)
    with _inside(folder):
        namespace, faults = _play(rebuilt, assignment.allow)
        outcomes = run_checks(checks, namespace, weights=weights)
    checked = result_of(assignment.id, [explained(check, faults) for check in outcomes])
    return replace(checked, flags=(*rebuilt.flags, *weights.flags))


def _play(rebuilt: Rebuilt, allowed: tuple[str, ...]) -> tuple[Mapping[str, Any], dict[str, str]]:
    """Run all cells; return what they define, and what went wrong in the cell of each question."""
    shell, faults = new_shell(), {}
    for index, cell in enumerate(rebuilt.cells):
        _, ended, _ = run_cell(shell, cell.source)
        text = fault(ended, [later.source for later in rebuilt.cells[index + 1 :]], allowed, rebuilt.python)
        if cell.question is not None and text:
            faults[cell.question] = text
    type(shell).clear_instance()  # a later `check` in this process looks at its caller, not at this shell
    return shell.user_ns, faults


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in a folder, and let nothing be printed from there."""
    before = Path.cwd()
    os.chdir(folder)
    undo = look_beside_the_notebook(str(folder))
    try:
        with quiet(1), quiet(2):
            yield
    finally:
        undo()
        os.chdir(before)

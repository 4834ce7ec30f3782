"""`autograder check`: a notebook of one's own graded by its public checks, on the way that grading goes."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.assignment.definition import Assignment
from autograder.errors import Rejected, UsageError
from autograder.referee.referee import Referee
from autograder.result import Result
from autograder.submission.discovery import Submission
from autograder.submission.reading import read_submission
from autograder.submission.weights import read_weights


def check_notebook(assignment: Assignment, path: Path, *, rung: int | None = None) -> Result:
    """Run a notebook of one's own from the top, and the public checks on what it defines.

    It is graded: put back into the shape of the release, run in a process of its own in a folder with the
    files of the assignment and the weights beside the notebook, within the same limits. It runs in the
    sandbox where one works here, and else without walls: it is one's own.

    Args:
        assignment: what it answers.
        path: the notebook, or the folder that is handed in.
        rung: take this rung of the sandbox and no other.
    Returns:
        the result, public checks only; status "rejected" where the file is no notebook of this assignment.
    Raises:
        UsageError: there is nothing at `path`.
        InfrastructureError: no player starts here.
    """
    path = path.absolute()
    if not os.path.lexists(path):
        raise UsageError(f"{path} does not exist: name your notebook")
    folder = path if path.is_dir() else path.parent
    # A seed of its own, so that no secret is made on a student's machine: nothing is drawn from it.
    with Referee(assignment, seed=0, trust=True, rung=rung, public_only=True) as referee:
        try:
            submitted = read_submission(Submission("own", path, path.parent), referee.released)
            if assignment.weights:
                most = assignment.budget.weights_mb
                submitted = submitted.with_weights(read_weights(folder, folder, assignment.weights, most))
        except Rejected as error:
            return referee.rejected("", str(error))
        return referee.grade_notebook("", submitted).result

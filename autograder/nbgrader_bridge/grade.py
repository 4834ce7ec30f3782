"""The second pass of `nbgrader autograde`: our result, written into the notebook as nbgrader reads it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.assignment.cells import is_check, question_of
from autograder.errors import InfrastructureError
from autograder.files import student_folder, write_atomically
from autograder.nbgrader_bridge.course import Grading
from autograder.pages.feedback import feedback_fragment
from autograder.pages.reading import Reading, book_address, readings
from autograder.referee.referee import Graded
from autograder.result import Result


class Grade(Grading):
    """Grades what was handed in, instead of running nbgrader's copy of it as Execute would.

    Leaves the result in `resources["autograder"]`, for `SaveGrades`.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook with our reports in its check cells, and harmless outputs in the others.

        Raises:
            InfrastructureError: there is no grade; nbgrader then records none.
        """
        with self.referee(resources) as referee:
            graded = referee.grade(self.submission(resources))
        result = graded.result
        if self.results:
            folder = student_folder(self.path(self.results) / result.assignment, result.student)
            write_atomically(folder / "result.json", result.dumps())
        if result.status == "infrastructure_error":
            raise InfrastructureError(f"{result.student} is not graded, and not to blame: {result.reason}")
        assignment = self.assignment(resources)
        _show(nb, graded, readings(dict(assignment.sections), book_address(assignment.book)))
        resources["autograder"] = result
        return nb, resources


def question_score(result: Result, question: str) -> float:
    """Return the points earned for a question, from 0 to what its check cell is worth."""
    return math.fsum(check.points for check in result.checks if check.question == question)


def summary(result: Result, question: str) -> str:
    """Return one sentence on a question, or why there is no more to say."""
    if result.status == "rejected":
        return f"Your submission could not be read: {result.reason}"
    checks = [check for check in result.checks if check.question == question]
    passed = sum(check.status == "passed" for check in checks)
    worth = math.fsum(check.max for check in checks)
    score = question_score(result, question)
    return f"{passed} of {len(checks)} checks passed, {score:g} of {worth:g} points."


def _show(nb: NotebookNode, graded: Graded, reading: Mapping[str, Reading]) -> None:
    """Set the outputs of every code cell."""
    played = {cell.id: cell for cell in graded.notebook.cells} if graded.notebook is not None else {}
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        if "nbgrader" in cell.metadata and is_check(cell):
            cell.outputs = report(graded.result, str(question_of(cell)), reading)
        else:
            cell.outputs = played[cell.id].outputs if cell.id in played else []


def report(result: Result, question: str, reading: Mapping[str, Reading] | None = None) -> list[NotebookNode]:
    """Return the outputs of a check cell: the feedback, then the score as nbgrader reads it.

    It takes the first execute_result, by `float` of its text. What is no number, or below 0, counts there as
    full points, as does no output at all; any stderr before it counts as 0.
    """
    html = feedback_fragment(result, question, reading=reading)
    shown = {"text/html": html, "text/plain": summary(result, question)}
    score = {"text/plain": repr(float(question_score(result, question)))}
    return [new_output("display_data", data=shown), new_output("execute_result", data=score)]

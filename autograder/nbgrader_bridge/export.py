"""`nbgrader export` without the zeros that are none."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

PERSON = ("last_name", "first_name", "email")
SCORES = ("raw_score", "late_submission_penalty", "score", "max_score")
COLUMNS = ("assignment", "duedate", "timestamp", "student_id", *PERSON, *SCORES)


class ScoresCsv(ExportPlugin):
    """Writes the columns of nbgrader's own CSV file, but no score where a submission is not graded yet.

    nbgrader writes 0.0 for that; who handed in nothing has 0.0 here too. Texts are quoted, and a name that
    a spreadsheet would run as a formula has an apostrophe in front.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names, or `grades.csv`, for the assignments and students asked for."""
        path = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", path)
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._rows(gradebook))

    def _rows(self, gradebook: Gradebook) -> Iterator[dict[str, Any]]:
        assignments, students = [str(name) for name in self.assignment], [str(name) for name in self.student]
        for assignment in gradebook.assignments:
            if assignments and assignment.name not in assignments:
                continue
            for student in gradebook.students:
                if not students or student.id in students:
                    yield _row(gradebook, assignment, student)


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> dict[str, Any]:
    texts = {"assignment": assignment.name, "duedate": assignment.duedate, "student_id": student.id}
    texts |= {name: getattr(student, name) for name in PERSON}
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        scores = dict.fromkeys(SCORES, 0.0)
    else:
        texts["timestamp"] = submission.timestamp
        scores = _scores(submission)
    return {name: _inert(text) for name, text in texts.items()} | scores | {"max_score": assignment.max_score}


def _scores(submission: Any) -> dict[str, float]:
    """Return the scores of a submission; none where a cell has no score, neither ours nor a person's."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    if any(grade.auto_score is None and grade.manual_score is None for grade in grades):
        return {}
    penalty = submission.late_submission_penalty
    score = max(0.0, submission.score - penalty)
    return {"raw_score": submission.score, "late_submission_penalty": penalty, "score": score}


def _inert(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

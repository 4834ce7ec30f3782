"""`nbgrader export` without the zeros that are none."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin

from autograder.errors import UsageError
from autograder.nbgrader_bridge.course import course_directory
from autograder.submission.names import spelled
from autograder.text import inert_name

PERSON = ("last_name", "first_name", "email")
SCORES = ("raw_score", "late_submission_penalty", "score", "max_score")
COLUMNS = ("assignment", "duedate", "timestamp", "student_id", *PERSON, *SCORES)


class ScoresCsv(ExportPlugin):
    """Writes the columns of nbgrader's own CSV file, but no score where a submission is not graded yet.

    nbgrader writes 0.0 for that; who handed in nothing has 0.0 here too. What lies in `submitted/` and never
    came into the gradebook is told and has no score: nbgrader stops at a timestamp that it cannot read, and
    passes over another spelling of the assignment's folder. Texts are quoted, and a name that a spreadsheet
    would run as a formula has an apostrophe in front.
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
            handed_in = self._handed_in(assignment.name)
            for student in gradebook.students:
                if not students or student.id in students:
                    yield self._row(gradebook, assignment, student, student.id in handed_in)
            for name in sorted(handed_in - {student.id for student in gradebook.students}):
                self.log.warning("%s: %s handed in and is in no gradebook", assignment.name, inert_name(name))

    def _row(
        self, gradebook: Gradebook, assignment: Any, student: Any, has_handed_in: bool
    ) -> dict[str, Any]:
        texts = {"assignment": assignment.name, "duedate": assignment.duedate, "student_id": student.id}
        texts |= {name: getattr(student, name) for name in PERSON}
        try:
            submission = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:
            scores = {} if has_handed_in else dict.fromkeys(SCORES, 0.0)
            if has_handed_in:
                self.log.warning(
                    "%s: %s handed in and was not graded; no score is written: look at timestamp.txt and the "
                    "name of the folder, then autograde again",
                    assignment.name,
                    inert_name(student.id),
                )
        else:
            texts["timestamp"] = submission.timestamp
            scores = _scores(submission)
        texts_ = {name: _inert(text) for name, text in texts.items()}
        return texts_ | scores | {"max_score": assignment.max_score}

    def _handed_in(self, assignment: str) -> set[str]:
        """Students with a folder of this assignment, in any spelling, among what was collected."""
        try:
            course = course_directory(self)
        except UsageError:  # an exporter on its own goes by the configuration
            course = CourseDirectory(parent=self)
        folder = Path(course.format_path(course.submitted_directory, "*", "*"))
        anchor = next(parent for parent in folder.parents if "*" not in str(parent))
        return {
            path.relative_to(anchor).parts[0]
            for path in anchor.glob(str(folder.relative_to(anchor)))
            if spelled(path.name) == spelled(assignment)
        }


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

"""From the graded notebook into the gradebook."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades

from autograder.assignment.cells import is_answer, question_of
from autograder.errors import UsageError
from autograder.nbgrader_bridge.grade import summary
from autograder.nbgrader_bridge.markdown import harmless
from autograder.result import Result
from autograder.text import inert


class SaveGrades(SaveAutoGrades):
    """Saves the scores that `Grade` left in the notebook, and comments on answers. A person's scores stay."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Save, and return both arguments as they are.

        Raises:
            UsageError: `Grade` did not run before.
        """
        if not isinstance(result := resources.get("autograder"), Result):
            raise UsageError("SaveGrades has nothing to save: put Grade before it in autograde_preprocessors")
        _reset_auto_scores(resources["nbgrader"])
        nb, resources = super().preprocess(nb, resources)
        _comment(nb, result, resources["nbgrader"])
        return nb, resources


def _reset_auto_scores(where: dict[str, Any]) -> None:
    """Forget the scores of an earlier submission: what is not saved now has none, rather than an old one."""
    with Gradebook(where["db_url"]) as gradebook:
        notebook = gradebook.find_submission_notebook(*_names(where))
        for grade in notebook.grades:
            grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()


def _comment(nb: NotebookNode, result: Result, where: dict[str, Any]) -> None:
    """Comment on every answer. A person's own comment is another column, and goes before ours."""
    with Gradebook(where["db_url"]) as gradebook:
        for cell in nb.cells:
            if "nbgrader" not in cell.metadata or not is_answer(cell):
                continue
            comment = gradebook.find_comment(cell.metadata["nbgrader"]["grade_id"], *_names(where))
            flags = [flag.text for flag in result.flags if flag.question == question_of(cell)]
            # nbgrader's "No response." is right, unless there is more to say.
            if comment.auto_comment is None or flags or result.status == "rejected":
                text = " ".join([summary(result, str(question_of(cell))), *flags])
                comment.auto_comment = harmless(inert(text))
        gradebook.db.commit()


def _names(where: dict[str, Any]) -> tuple[str, str, str]:
    return where["notebook"], where["assignment"], where["student"]

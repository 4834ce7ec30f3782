"""What every step of ours knows: its configuration, where a submission lies, and of which assignment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer, Unicode

from autograder.assignment.definition import Assignment, load_assignment
from autograder.errors import UsageError
from autograder.nbgrader_bridge.warm import warm_referee
from autograder.referee.referee import Referee
from autograder.submission.discovery import Submission
from autograder.submission.names import student_id


class Grading(NbGraderPreprocessor):
    """Base of our steps. Its options hold for all of them: `c.Grading.assignments = "/srv/assignments"`."""

    assignments = Unicode(
        "assignments",
        help="Folder that holds <assignment>/assignment.toml and so on; relative to the course directory.",
    ).tag(config=True)
    seed = Integer(
        None,
        allow_none=True,
        help="Where hidden inputs come from; None: the instructor's secret, which $AUTOGRADER_SECRET names.",
    ).tag(config=True)
    results = Unicode(
        "",
        help="Folder for <assignment>/<student>/result.json, relative to the course directory; empty: none.",
    ).tag(config=True)
    trust_submissions = Bool(
        False, help="Run submissions even where no sandbox works. Only for those that you would run yourself."
    ).tag(config=True)

    def path(self, folder: str) -> Path:
        """Return a configured folder as an absolute path."""
        return Path(course_directory(self).root, folder)

    def assignment(self, resources: dict[str, Any]) -> Assignment:
        """Return the definition of the assignment that nbgrader is at.

        Raises:
            UsageError: there is none of that name, or the notebook is not the one of the assignment.
        """
        name, notebook = resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"]
        if notebook != name:
            raise UsageError(
                f"{name} has one notebook, {name}.ipynb; take {notebook}.ipynb out of its source"
            )
        root = self.path(self.assignments)
        return load_assignment(root / name, root)

    def referee(self, resources: dict[str, Any]) -> AbstractContextManager[Referee]:
        """Lend the referee of the assignment that nbgrader is at; raises as `warm_referee` does."""
        return warm_referee(self.assignment(resources), seed=self.seed, trust=self.trust_submissions)

    def submission(self, resources: dict[str, Any]) -> Submission:
        """Return what the student handed in, in the place where `nbgrader collect` puts it."""
        folder, root = submitted_folder(course_directory(self), resources)
        return Submission(student_id(resources["nbgrader"]["student"]), folder, root)


def course_directory(step: Any) -> CourseDirectory:
    """Return the course directory of the nbgrader command that a preprocessor or exporter is part of.

    Raises:
        UsageError: it is part of none.
    """
    while step is not None:
        if isinstance(course := getattr(step, "coursedir", None), CourseDirectory):
            return course
        step = getattr(step, "parent", None)
    raise UsageError("this works within `nbgrader autograde` only; elsewhere, use `autograder grade`")


def submitted_folder(course: CourseDirectory, resources: dict[str, Any]) -> tuple[Path, Path]:
    """Return the folder of a submission, and the one below which no link is followed."""
    student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
    folder = Path(course.format_path(course.submitted_directory, student, assignment))
    root = Path(course.root, course.submitted_directory)
    return folder, root if folder.is_relative_to(root) else Path(course.root)

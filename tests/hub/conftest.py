"""A course directory of nbgrader's with our configuration, an exchange, and people who use them."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp, NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.cells import check_id
from autograder.assignment.release import write_source
from autograder.assignment.source import reference_answers, released_notebook
from autograder.judge.collection import collect_manifest
from autograder.nbgrader_bridge.warm import close_referees

ROOT = Path(__file__).parents[2]
CONFIGURATION = """
load_subconfig({hub!r})
c.CourseDirectory.course_id = "physics"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
"""


class Course:
    """One assignment in a course: what its instructor and its students do, through nbgrader."""

    def __init__(self, folder: Path, assignment_folder: Path, options: str) -> None:
        self.root, self.exchange, self.homes = folder / "course", folder / "exchange", folder / "homes"
        for path in (self.root, self.exchange, self.homes):
            path.mkdir(parents=True)
        self.exchange.chmod(0o777)
        self.assignment = load_assignment(assignment_folder)
        self.id = self.assignment.id
        places = {"exchange": str(self.exchange), "cache": str(folder / "cache")}
        text = CONFIGURATION.format(hub=str(ROOT / "hub" / "nbgrader_config.py"), **places) + options
        (self.root / "nbgrader_config.py").write_text(text)
        self.api = NbGraderAPI(self._directory(), config=self.config)

    @property
    def config(self) -> Config:
        """The course's configuration, as `nbgrader` would read it there."""
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        config.CourseDirectory.root = str(self.root)
        return config

    def _directory(self, **names: str) -> CourseDirectory:
        return CourseDirectory(config=self.config, **names)

    def generate_and_release(self) -> None:
        """Write the source folder and bring the assignment to the students."""
        write_source(self.assignment, collect_manifest(self.assignment), self.root / "source" / self.id)
        require_success(self.api.generate_assignment(self.id))
        require_success(self.api.release_assignment(self.id))

    def released(self) -> NotebookNode:
        """Return the student's notebook, as `autograder release` makes it."""
        return released_notebook(self.assignment, collect_manifest(self.assignment))

    def reference(self) -> dict[str, str]:
        """Return the reference's answers."""
        return reference_answers(self.assignment)

    def filled(self, cells: Any = (), **answers: str) -> NotebookNode:
        """Return the notebook of somebody with the reference's answers, but for the given ones."""
        return fill(self.released(), cells, self.reference() | answers)

    def hand_in(self, student: str, notebook: NotebookNode | bytes, name: str | None = None) -> None:
        """Fetch the assignment as a student, put the notebook in its place, and submit."""
        home = self.homes / student
        directory = self._directory(student_id=student, assignment_id=self.id)
        if not home.exists():
            fetch = self.api.exchange.FetchAssignment(
                coursedir=directory, authenticator=self.api.authenticator
            )
            fetch.assignment_dir = str(home)
            fetch.start()
        path = home / self.id / f"{self.id}.ipynb"
        data = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        if name is not None:
            path.unlink()
        path.with_name(name or path.name).write_bytes(data)
        submit = self.api.exchange.Submit(coursedir=directory, authenticator=self.api.authenticator)
        submit.assignment_dir = str(home)
        submit.start()

    def collect_from_elsewhere(self, student: str, notebook: NotebookNode, name: str | None = None) -> None:
        """Put a notebook where `nbgrader collect` would, as one who unpacks a download does."""
        folder = self.root / "submitted" / student / self.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / (name or f"{self.id}.ipynb")).write_text(nbformat.writes(notebook))

    def collect(self) -> None:
        """Collect the newest submission of everybody."""
        require_success(self.api.collect(self.id))

    def autograde(self, student: str) -> dict[str, Any]:
        """Press formgrader's button for one student."""
        return self.api.autograde(self.id, student)

    def nbgrader(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of nbgrader's in the course directory."""
        command = [str(Path(sys.executable).with_name("nbgrader")), *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=300)

    def gradebook(self) -> Gradebook:
        """Open the gradebook."""
        return Gradebook(self.api.coursedir.db_url)

    def exported(self, **options: list[str]) -> dict[str, dict[str, str]]:
        """Return the rows of the export by student, as the configured plugin writes them."""
        path = self.root / "exported.csv"
        app = ExportApp(config=self.config)
        plugin = app.plugin_class(parent=app, to=str(path), **options)
        with self.gradebook() as gradebook:
            plugin.export(gradebook)
        with path.open(newline="") as file:
            return {row["student_id"]: row for row in csv.DictReader(file)}

    def grades(self, student: str, of: str = "score") -> dict[str, float | None]:
        """Return a column of the gradebook by the name of the graded cell."""
        with self.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(self.id, self.id, student)
            return {grade.name: getattr(grade, of) for grade in notebook.grades}

    def grade_by_hand(self, student: str, question: str, score: float) -> None:
        """Give a score as a person does in formgrader."""
        with self.gradebook() as gradebook:
            gradebook.find_grade(check_id(question), self.id, self.id, student).manual_score = score
            gradebook.db.commit()

    def comments(self, student: str) -> dict[str, str | None]:
        """Return the comments that the student is shown, by the name of the cell."""
        with self.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(self.id, self.id, student)
            return {comment.name: comment.comment for comment in notebook.comments}

    def feedback(self, student: str) -> str:
        """Return the page that nbgrader makes for a student."""
        require_success(self.api.generate_feedback(self.id, student))
        return (self.root / "feedback" / student / self.id / f"{self.id}.html").read_text()


def require_success(outcome: dict[str, Any]) -> None:
    """Fail with nbgrader's own log."""
    assert outcome["success"], outcome.get("error", "") + outcome.get("log", "")


@pytest.fixture(scope="module")
def make_course(tmp_path_factory) -> Iterator[Any]:
    """Make courses whose people have nothing in common with the user who runs the tests."""
    folder = tmp_path_factory.mktemp("hub")
    with pytest.MonkeyPatch.context() as patch:
        # a new gradebook runs alembic by its name
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "home" / "jupyter"))
        patch.setenv("JUPYTER_DATA_DIR", str(folder / "home" / "data"))
        patch.setenv("AUTOGRADER_SECRET", str(folder / "secret"))
        yield lambda name, assignment, options="": Course(folder / name, assignment, options)
    close_referees()


@pytest.fixture(scope="module")
def small_assignment(tmp_path_factory) -> Path:
    """An assignment of one question, whose check needs something that can be taken away."""
    folder = tmp_path_factory.mktemp("definitions") / "doubling"
    folder.mkdir()
    (folder / "assignment.toml").write_text('title = "Doubling"\n')
    (folder / "notebook.py").write_text(
        '# %% question="double"\ndef double(x):\n'
        "    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n"
    )
    (folder / "checks_public.py").write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        "@pytest.fixture\n"
        "def power():\n"
        "    if Path(__file__).with_name('power_cut').exists():\n"
        "        raise OSError('no power')\n"
        "@pytest.mark.points(2.5)\n"
        '@pytest.mark.question("double")\n'
        "def test_double_of_two(student, power):\n"
        '    """double(2) must be 4."""\n'
        "    assert student.double(2) == 4\n"
    )
    return folder

"""`autograder check` and grading agree on the public checks, in the sandbox and where none works."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.assignment.answer_files import fill, read_answer_file, weight_files, write_submission
from autograder.assignment.definition import ANSWER_KINDS
from autograder.assignment.source import reference_answers
from autograder.errors import UsageError
from autograder.referee import Referee
from autograder.referee.own_notebook import check_notebook
from autograder.result import Result
from autograder.sandbox import rungs
from autograder.submission.discovery import Submission
from autograder.submission.reading import read_submission

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
TRAINED = ("shapes", "tracks", "fashion_mnist", "lstm_max")


def public(result: Result) -> list[tuple[Any, ...]]:
    """Return what a student reads of the public checks."""
    return [
        (check.id, check.status, check.points, check.message, check.picture, check.figures)
        for check in result.checks
        if check.visibility == "public"
    ]


class Three:
    """Grading, and `autograder check` with walls and without."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.grading = Referee(assignment, seed=7)
        self.behind_walls = Referee(assignment, seed=0, trust=True, public_only=True)
        self.in_the_open = Referee(assignment, seed=0, trust=True, public_only=True, rung=rungs.TRUSTED)
        self.answers = reference_answers(assignment)

    def agree(self, folder: Path, *checking: Referee) -> Result:
        """Grade what lies in a folder, and check it; all must say the same of it. Return the grade."""
        submission = Submission("ada", folder, folder.parent)
        submitted = read_submission(submission, self.grading.released, self.assignment)
        graded = self.grading.grade_notebook("ada", submitted).result
        for referee in checking or (self.behind_walls, self.in_the_open):
            assert public(referee.grade_notebook("ada", submitted).result) == public(graded)
        return graded

    def agree_on_file(self, folder: Path, path: Path) -> None:
        """As `agree`, of an answer file; a hostile one finds more in the open, where nobody hides anything."""
        file = read_answer_file(path)
        notebook = fill(self.grading.released, file.cells_with(self.answers), self.answers)
        weights = weight_files(self.assignment, file.header)
        write_submission(folder, self.assignment, notebook, weights)
        is_hostile = path.parent.name == "hostile"
        self.agree(folder, self.behind_walls if is_hostile else self.in_the_open)

    def close(self) -> None:
        for referee in (self.grading, self.behind_walls, self.in_the_open):
            referee.close()


@pytest.fixture(scope="module")
def convolution() -> Assignment:
    """An assignment of the course, with little time for loops that never end."""
    assignment = load_assignment("conv_arithmetic", ASSIGNMENTS)
    budget = replace(assignment.budget, cell_seconds=2.0, check_seconds=2.0)
    return replace(assignment, budget=budget)


@pytest.fixture(scope="module")
def three(convolution):
    """Each with a warm process of its own."""
    made = Three(convolution)
    yield made
    made.close()


CONV1D = "def conv1d(x, u):\n    n = len(x) - len(u) + 1\n    return np.array([x[i : i + len(u)] @ u for i in range(n)])"
GOOD, BAD = True, False
VARIANTS = {
    "module beside the notebook": (
        BAD,
        ("conv1d", "from helper import dots\n" + CONV1D),
        "helper is not installed",
    ),
    "package beside the notebook": (
        BAD,
        ("conv1d", "import tools.dots\n" + CONV1D),
        "tools is not installed",
    ),
    "forbidden import": (
        BAD,
        ("conv1d", "from kernelwise.convolution import conv1d"),
        "may be imported from the course",
    ),
    "forbidden package": (
        BAD,
        ("conv1d", "import kernelwise\nkernelwise.arithmetic\n" + CONV1D),
        "AttributeError",
    ),
    "allowed import": (GOOD, ("conv1d", "from kernelwise import plotting\n" + CONV1D), ""),
    "the grader": (BAD, ("conv1d", "import autograder.referee\n" + CONV1D), "No module named"),
    "checks of the grader": (
        BAD,
        ("conv1d", "from autograder.checks import fail\n" + CONV1D),
        "No module named",
    ),
    "input in a cell": (
        BAD,
        ("conv1d", "name = input('? ')\n" + CONV1D),
        "Nobody is there to answer input()",
    ),
    "input in a function": (
        BAD,
        ("conv1d", "def conv1d(x, u): return input()"),
        "Nobody is there to answer input()",
    ),
    "input in an own cell": (GOOD, (None, "name = input('? ')"), ""),
    "exit of the process": (GOOD, (None, "import os\nos._exit(0)"), ""),
    "exit of the process in a function": (
        BAD,
        ("conv1d", "def conv1d(x, u):\n    import os\n    os._exit(0)"),
        "ended",
    ),
    "SystemExit": (BAD, ("conv1d", "def conv1d(x, u): raise SystemExit(0)"), "SystemExit: 0"),
    "exit": (GOOD, ("conv1d", CONV1D + "\nexit()"), ""),
    "endless loop in a function": (
        BAD,
        ("conv1d", "def conv1d(x, u):\n    i = 0\n    while i < len(x):\n        i = i % 3"),
        "It was in conv1d, line ",
    ),
    "endless loop in a cell": (
        BAD,
        ("conv1d", "n = 0\nwhile True:\n    n = 0\n" + CONV1D),
        "It was in line ",
    ),
    "endless loop in an own cell": (GOOD, (None, "while True: pass"), ""),
    "prints": (
        GOOD,
        ("conv1d", "print('x' * 100_000)\n" + CONV1D.replace("    n", "    print(x)\n    n", 1)),
        "",
    ),
    "own folder": (BAD, ("conv1d", f"np.load({str(Path.home() / 'no.npy')!r})\n" + CONV1D), "No such file"),
    "renamed": (
        BAD,
        ("conv1d", CONV1D.replace("conv1d", "Conv_1d")),
        "you defined Conv_1d, is that the one?",
    ),
    "without a seed": (BAD, ("conv1d", "def conv1d(x, u): return np.random.rand(3)"), ""),
    "index": (
        BAD,
        ("conv1d", "def conv1d(x, u):\n    return x[99]"),
        "(in conv1d, line 2 of its cell: `return x[99]`)",
    ),
    "shapes": (
        BAD,
        ("conv1d", "def conv1d(x, u):\n    return x @ u"),
        "(in conv1d, line 2 of its cell: `return x @ u`)",
    ),
    "threads": (
        BAD,
        ("conv1d", "import threading\nthreading.Thread(target=print).start()\n1 / 0"),
        "ZeroDivisionError",
    ),
}


@pytest.mark.parametrize(("is_good", "cell", "message"), VARIANTS.values(), ids=VARIANTS)
def test_check_and_grade_agree(three, tmp_path, is_good, cell, message):
    """What an honest or careless student writes is told before handing in as it is told after."""
    folder = tmp_path / "ada"
    written(three, folder, cell)
    graded = three.agree(folder)
    assert graded.status == "graded"
    lost = {check.question for check in graded.checks if check.points < check.max}
    assert lost == (set() if is_good else {"conv1d"})
    assert message in next(check.message for check in graded.checks if check.question == "conv1d")


def test_weights_and_modules_beside_the_notebook_are_not_there(three, tmp_path):
    """A helper in the folder that is handed in is no more there than one that was left at home."""
    folder = tmp_path / "ada"
    cell = ("conv1d", "from helper import dots\ndef conv1d(x, u): return dots(x, u)")
    write_submission(folder, three.assignment, fill(three.grading.released, [cell], three.answers))
    (folder / "helper.py").write_text("def dots(x, u): return x")
    three.agree(folder)


def answer_files(assignment: Assignment) -> list[Path]:
    return [path for kind in ANSWER_KINDS for path in assignment.answer_files(kind)]


@pytest.mark.parametrize(
    "path", answer_files(load_assignment("conv_arithmetic", ASSIGNMENTS)), ids=lambda path: path.stem
)
def test_every_answer_file_is_checked_as_it_is_graded(three, tmp_path, path):
    """The property itself: alternatives, wrong answers and hostile ones."""
    three.agree_on_file(tmp_path / "ada", path)


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINED)
def test_every_trained_answer_is_checked_as_it_is_graded(name, tmp_path):
    """The same for the assignments with weights and short trainings."""
    assignment = load_assignment(name, ASSIGNMENTS)
    all_three = Three(assignment)
    try:
        for path in answer_files(assignment):
            all_three.agree_on_file(tmp_path / path.parent.name / path.stem, path)
    finally:
        all_three.close()


def written(three: Three, folder: Path, *cells: tuple[str | None, str]) -> Path:
    write_submission(folder, three.assignment, fill(three.grading.released, cells, three.answers))
    return folder / f"{three.assignment.id}.ipynb"


def test_notebook_or_folder_is_checked(three, convolution, tmp_path):
    """Both ways to name it say the same; the score is out of the public checks."""
    path = written(three, tmp_path / "ada", ("conv1d", "def conv1d(x, u): return x"))
    one, other = (check_notebook(convolution, each, rung=rungs.TRUSTED) for each in (path, path.parent))
    assert public(one) == public(other)
    assert {check.visibility for check in one.checks} == {"public"}
    assert one.max_score == sum(check.max for check in one.checks) == 11
    assert 0 < one.score < 11


def test_check_makes_no_secret(three, convolution, tmp_path, monkeypatch):
    """A student's machine is no instructor's."""
    monkeypatch.setenv("AUTOGRADER_SECRET", str(tmp_path / "secret"))
    assert check_notebook(convolution, written(three, tmp_path / "ada")).score == 11
    assert not (tmp_path / "secret").exists()


def test_notebook_as_released_earns_nothing(three, convolution, tmp_path):
    """It runs from the top, and every public check says that it is not answered."""
    nbformat.write(three.grading.released, tmp_path / "ada.ipynb")
    result = check_notebook(convolution, tmp_path / "ada.ipynb")
    assert (result.status, result.score) == ("graded", 0)
    assert {check.message for check in result.checks} == {"Not answered yet."}


def test_what_is_no_notebook_gets_its_reason(convolution, tmp_path):
    """As in grading."""
    path = tmp_path / "conv_arithmetic.ipynb"
    path.write_text("no JSON", encoding="utf-8")
    result = check_notebook(convolution, path)
    assert result.status == "rejected"
    assert "not valid JSON" in result.reason
    with pytest.raises(UsageError, match="does not exist: name your notebook"):
        check_notebook(convolution, tmp_path / "nothing.ipynb")


def test_check_waits_for_no_keyboard_and_says_what_ended(three, tmp_path):
    """The command itself: `input()` does not wait, and a notebook that ends Python is named, with status 0."""
    path = written(three, tmp_path / "ada", (None, "name = input('? ')"), (None, "import os\nos._exit(0)"))
    arguments = ["autograder", "check", str(ASSIGNMENTS / "conv_arithmetic"), str(path)]
    code = f"import sys; sys.argv = {arguments!r}; from autograder.cli import main; main()"
    reader, writer = os.pipe()  # a keyboard at which nobody types
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], stdin=reader, capture_output=True, text=True, timeout=60
        )
    finally:
        os.close(reader), os.close(writer)
    assert done.returncode == 0, done.stderr
    assert "11 of 11 points" in done.stdout
    said = " ".join(done.stdout.split())
    assert "(`import os`) did not finish. It ended the Python process, by an exit or a crash." in said

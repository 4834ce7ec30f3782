"""The grader as it is, a hasty one, and one without walls, for submissions that mean no good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import Assignment, Budget, load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.source import reference_answers
from autograder.referee import Graded, Referee
from autograder.result import CheckResult, Result
from autograder.sandbox import rungs
from tests.autograder.conftest import open_zygote, tiny_assignment, zygote  # noqa: F401  (fixtures)

COURSE = Path(__file__).resolve().parents[2]
SEED = 7
# An answer to each question that fails every check of it.
WRONG = {
    "output_size": "def output_size(i, k, s=1, p=0, d=1): return -1",
    "conv1d": "def conv1d(x, u): return np.zeros(1, int) - 1",
    "conv2d": "def conv2d(x, kernel, stride=1, padding=0): return np.zeros((1, 1, 1, 1), int) - 1",
    "max_pool2d": "def max_pool2d(x, size, stride=None): return np.zeros((1, 1, 1, 1), int) + 1",
    "receptive_field": "def receptive_field(layers): return -1",
}


class Grader:
    """A referee, and short ways to ask it and to say what is expected."""

    def __init__(self, referee: Referee) -> None:
        self.referee = referee
        self.answers = reference_answers(referee.assignment)

    def notebook(self, *cells: tuple[str | None, str]) -> Any:
        """Return a student's notebook: these cells, and the right answer to every other question."""
        return fill(self.referee.released, cells, self.answers)

    def grade(self, *cells: tuple[str | None, str]) -> Graded:
        """Grade such a notebook."""
        return self.referee.grade_notebook("student", self.notebook(*cells))

    def loses(self, question: str | None, *cells: tuple[str | None, str]) -> Graded:
        """Grade such a notebook; it must lose all of `question` (None: nothing) and nothing else."""
        graded = self.grade(*cells)
        assert_loses(graded.result, {question} - {None})
        return graded


def assert_loses(result: Result, questions: set[str | None]) -> None:
    """Hold if the submission was graded, every check of `questions` earned 0, and every other one all it is worth."""
    assert result.status == "graded", result.reason
    for check in result.checks:
        expected = 0 if check.question in questions else check.max
        assert check.points == expected, (
            f"{check.id}: {check.points} of {check.max}, {check.status}: {check.message}"
        )


def checks_of(graded: Graded, question: str) -> list[CheckResult]:
    """Return the results of a question."""
    return [check for check in graded.result.checks if check.question == question]


def flags_of(graded: Graded) -> set[tuple[str, str | None]]:
    """Return kind and question of each flag."""
    return {(flag.kind, flag.question) for flag in graded.result.flags}


def shown(graded: Graded) -> str:
    """Return all that a student or an instructor is ever shown of a submission."""
    assert graded.notebook is not None
    cells = (str(output) for cell in graded.notebook.cells for output in cell.get("outputs", []))
    return graded.result.dumps() + "\n".join(cells)


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    """The assignment that is attacked."""
    return load_assignment(COURSE / "assignments" / "conv_arithmetic")


@pytest.fixture(scope="session")
def grader(assignment: Assignment) -> Iterator[Grader]:
    """The grader as instructors run it."""
    with Referee(assignment, seed=SEED) as referee:
        yield Grader(referee)


@pytest.fixture(scope="session")
def hasty(assignment: Assignment) -> Iterator[Grader]:
    """The grader with little time and memory, so that using them up takes seconds."""
    # A check that draws examples takes 0.2 s, and 1 s on a machine with much else to do.
    budget = Budget(1.5, 4.0, 2.0, submission_seconds=30.0, memory_mb=256, output_kb=64)
    with Referee(replace(assignment, budget=budget), seed=SEED) as referee:
        yield Grader(referee)


@pytest.fixture(scope="session")
def open_grader(assignment: Assignment) -> Iterator[Grader]:
    """The grader without walls, to show that there is something to reach."""
    with Referee(assignment, seed=SEED, rung=rungs.TRUSTED) as referee:
        yield Grader(referee)

"""What one worker does, here or on another machine: start a referee, grade one submission after another."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat

from autograder.assignment.definition import Assignment
from autograder.errors import InfrastructureError
from autograder.referee.referee import Referee
from autograder.submission.discovery import Submission

# What a grade depends on and must be the same on every worker. The machine and its sandbox may differ.
CONDITIONS = ("seed", "checks", "reference", "grader", "packages", "python")


# What travels from a worker: a Result as JSON types and the notebook as it ran; or, where something failed
# that is not the student's, a sentence.
Outcome = tuple[dict, str | None] | str


@dataclass(frozen=True)
class Job:
    """How each worker grades; it travels to them.

    Attributes:
        assignment, seed, trust: as `Referee` has them.
        expected: the environment of the referee that named the submissions' keys.
    """

    assignment: Assignment
    seed: int | None
    trust: bool
    expected: dict[str, object]

    def start(self) -> Referee:
        """Start a referee and its warm process.

        Raises:
            InfrastructureError: it cannot be started, or would grade otherwise than the journal says.
        """
        referee = Referee(self.assignment, seed=self.seed, trust=self.trust)
        differing = [name for name in CONDITIONS if referee.environment[name] != self.expected[name]]
        if differing:
            referee.close()
            raise InfrastructureError(
                f"a worker differs from this machine in: {', '.join(differing)}; install the same versions "
                "and files there, and give a --seed or the same secret (AUTOGRADER_SECRET)"
            )
        referee.start()  # by the thread that grades, and before anything of a student's
        return referee

    def grade(self, referee: Referee, submission: Submission) -> Outcome:
        """Grade one submission."""
        try:
            graded = referee.grade(submission)
            notebook = None if graded.notebook is None else nbformat.writes(graded.notebook)
        except Exception as error:
            return f"the grader failed: {error!r}"
        return graded.result.to_json(), notebook

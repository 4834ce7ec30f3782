"""The referee: holds checks, reference and scores, has submissions played in the sandbox, and judges what
comes back."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode

from autograder.assignment.definition import Assignment
from autograder.assignment.source import released_notebook
from autograder.checks.outcomes import StudentError
from autograder.errors import InfrastructureError, PlayerDied, Rejected, UsageError
from autograder.judge.collection import Checks
from autograder.judge.hints import fault, hint
from autograder.judge.replies import Played
from autograder.judge.seeds import class_seed, fingerprint
from autograder.judge.student import Student
from autograder.judge.verdict import explained, verdict, with_room, without_points
from autograder.referee import conditions
from autograder.referee.outputs import safe_outputs
from autograder.referee.processes import PlayerProcess, Zygote, find_rung
from autograder.referee.session import Session
from autograder.result import CheckResult, CheckSpec, Flag, Result
from autograder.submission.discovery import Submission
from autograder.submission.parsing import SubmittedNotebook
from autograder.submission.reading import read_submission
from autograder.submission.rebuild import PlayCell, Rebuilt, rebuild
from autograder.submission.weights import Weights, read_weights
from autograder.wire.failures import Failure


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """Let numpy's remarks on an answer (a NaN, an overflow) stay out of a terminal: the check tells them."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        yield


@dataclass(frozen=True)
class Graded:
    """A result, and the submission's notebook as it was played: repaired, with harmless outputs; None if it
    never ran."""

    result: Result
    notebook: NotebookNode | None = None


class Referee:
    """Grades submissions of one assignment, one after the other, with one warm process. A context manager.

    What a grade depends on is known at once. The warm process, which imports TensorFlow or PyTorch for
    seconds, starts when the first submission is graded, or `start` is called.

    Args:
        assignment: what is graded.
        seed: where hidden inputs come from; None takes the instructor's secret.
        trust: run without a sandbox where none works. Only for submissions that you would run yourself.
        rung: take this rung of the sandbox and no other.
    Raises:
        UsageError: the assignment is broken.
        InfrastructureError: no sandbox works here.
    """

    def __init__(
        self, assignment: Assignment, *, seed: int | None = None, trust: bool = False, rung: int | None = None
    ) -> None:
        self.assignment = assignment
        self._seed = class_seed(assignment.id, seed)
        self._checks = Checks(assignment.check_files, self._seed)
        self.manifest: tuple[CheckSpec, ...] = self._checks.manifest
        if strange := set(assignment.weights) - {spec.question for spec in self.manifest}:
            raise UsageError(
                f"{assignment.id}: weights of {sorted(strange)}, but no check is of that question"
            )
        self.released = released_notebook(assignment, self.manifest)
        self._turn = threading.Lock()
        self.rung = find_rung(assignment, rung=rung, trust=trust)
        self._zygote: Zygote | None = None
        self.environment = conditions.environment(assignment, self.rung, self._seed_name(seed))

    def __enter__(self) -> Referee:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the warm process, unless it runs. It dies with the thread that started it.

        Raises:
            InfrastructureError: it cannot be started.
        """
        if self._zygote is None:
            self._checks.draw_inputs()  # before any student's clock runs
            self._zygote = Zygote(self.assignment, self.rung)

    def spawn(self) -> PlayerProcess:
        """Fork a player.

        Raises:
            InfrastructureError: there is no warm process, or the sandbox cannot be entered.
        """
        self.start()
        assert self._zygote is not None
        return self._zygote.spawn()

    def close(self) -> None:
        """End the warm process."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def grading_key(self, digest: str) -> str:
        """Return the journal's key for a submission with this hash."""
        return conditions.key(self.environment, digest)

    def grade(self, submission: Submission, questions: Collection[str] | None = None) -> Graded:
        """Grade what was handed in. Whatever it does, a result comes back; it never raises for it.

        Args:
            questions: those that are checked; None for all. Every cell runs in any case.
        """
        try:
            submitted = read_submission(submission, self.released, self.assignment)
        except Rejected as error:
            return Graded(self.rejected(submission.student, str(error)))
        except InfrastructureError as error:
            return Graded(self._failed(submission.student, str(error)))
        return self.grade_notebook(submission.student, submitted, questions=questions)

    def grade_notebook(
        self,
        student: str,
        notebook: SubmittedNotebook | NotebookNode,
        weights: Weights | None = None,
        questions: Collection[str] | None = None,
    ) -> Graded:
        """Grade a notebook in memory, with the weights that it has or is given here; as `grade`."""
        submitted = notebook if isinstance(notebook, SubmittedNotebook) else SubmittedNotebook.of(notebook)
        if self.assignment.weights and submitted.weights is None:
            none = read_weights(Path(), None, self.assignment.weights, 0)
            submitted = submitted.with_weights(weights or none)
        start = time.monotonic()
        try:
            rebuilt = rebuild(self.released, submitted)
            with self._turn:  # the collected checks hold one student at a time
                self._warm_up()
                start = time.monotonic()
                graded = self._play_twice_at_most(student, rebuilt, questions)
        except Rejected as error:
            graded = Graded(self.rejected(student, str(error)))
        except InfrastructureError as error:
            graded = Graded(self._failed(student, str(error)))
        except Exception:  # a fault of ours must be seen as one, and must not stop the class
            graded = Graded(self._failed(student, traceback.format_exc(limit=-3)))
        environment = {**self.environment, "submission": submitted.digest}
        duration = round(time.monotonic() - start, 4)
        return replace(graded, result=replace(graded.result, environment=environment, duration=duration))

    def rejected(self, student: str, reason: str) -> Result:
        """Return the result of something that is no usable submission: score 0, and why."""
        checks = tuple(without_points(spec, "not_run", "") for spec in self.manifest)
        return self._result(student, "rejected", checks, reason=reason)

    def _failed(self, student: str, reason: str) -> Result:
        return self._result(student, "infrastructure_error", (), reason=reason)

    def _result(
        self,
        student: str,
        status: str,
        checks: tuple[CheckResult, ...],
        flags: tuple[Flag, ...] = (),
        reason: str = "",
    ) -> Result:
        most = sum(spec.points for spec in self.manifest)
        return Result(
            self.assignment.id, student, status, most, checks, flags, reason, environment=self.environment
        )

    def _seed_name(self, seed: int | None) -> str:
        return f"{seed}" if seed is not None else f"secret {fingerprint(self._seed)}"

    def _warm_up(self) -> None:
        """Start, so that no submission's duration has it; where that fails, grading tries once more."""
        with contextlib.suppress(InfrastructureError):
            self.start()

    def _play_twice_at_most(
        self, student: str, rebuilt: Rebuilt, questions: Collection[str] | None
    ) -> Graded:
        """Grade; if the sandbox fails, once more with a new warm process. What fails twice is reported, not
        scored."""
        try:
            return self._play(student, rebuilt, questions)
        except InfrastructureError:
            self.close()
            return self._play(student, rebuilt, questions)

    def _play(self, student: str, rebuilt: Rebuilt, questions: Collection[str] | None) -> Graded:
        chosen = [spec for spec in self.manifest if questions is None or spec.question in questions]
        budget = self.assignment.budget
        with Session(self.spawn, rebuilt.cells, budget, self._seed, rebuilt.weights) as session:
            session.play()
            notebook = rebuilt.notebook.copy()
            for index, cell in enumerate(rebuilt.cells):
                notebook.cells[cell.index].outputs = safe_outputs(session.played[index])
            faults = _faults(rebuilt.cells, session.played, self.assignment.allow, rebuilt.python)
            void = _tampering(rebuilt.cells, session.played)
            checks, notes = [], set()
            for spec in chosen:
                if spec.question in void:
                    checks.append(without_points(spec, "failed", void[spec.question].text))
                    continue
                student_view = Student(session, session.models)
                checks.append(explained(self._judge(session, student_view, spec), faults))
                notes |= {spec.question} if student_view.changed else set()
        flags = (
            *rebuilt.flags,
            *void.values(),
            *_cell_flags(rebuilt.cells, session.played),
            *_in_place_flags(notes),
        )
        return Graded(self._result(student, "graded", with_room(checks), flags), notebook)

    @_in_silence()
    def _judge(self, session: Session, student: Student, spec: CheckSpec) -> CheckResult:
        start = time.monotonic()
        seconds = self._checks.budget(spec.id, self.assignment.budget.check_seconds)
        for _ in range(2):
            session.begin_check(spec.id, spec.question, seconds)
            stage, ended = self._checks.run(spec.id, student)
            if not session.inherited:
                break
        if session.broken is not None:
            raise session.broken
        if isinstance(ended, UsageError):
            raise InfrastructureError(f"the check {spec.id} is broken: {ended}")
        if stage in ("setup", "teardown") and not isinstance(ended, PlayerDied):
            raise InfrastructureError(
                f"the check {spec.id} failed in its {stage}: {type(ended).__name__}: {ended}"
            )
        result = verdict(spec, ended, round(time.monotonic() - start, 4), session.death)
        result = replace(result, figures=self._checks.figures)
        if isinstance(ended, StudentError) and spec.visibility == "public":
            advice = hint(Failure(ended.type_name, ended.message), (), self.assignment.allow)
            result = replace(result, message=f"{result.message} {advice}".strip())
        return result


def _faults(
    cells: tuple[PlayCell, ...], played: dict[int, Played], allowed: tuple[str, ...], python: str
) -> dict[str, str]:
    """Return what went wrong in the cell of each question, in words for the student."""
    faults: dict[str, str] = {}
    for index, cell in enumerate(cells):
        run = played[index]
        if cell.question is None or run.status == "ran":
            continue
        if run.failure is None:
            faults[cell.question] = f"The cell of this question did not finish. {run.message}"
        elif text := fault(run.failure, [later.source for later in cells[index + 1 :]], allowed, python):
            faults[cell.question] = text
    return faults


def _tampering(cells: tuple[PlayCell, ...], played: dict[int, Played]) -> dict[str, Flag]:
    """Return the questions whose cell changes how later cells are read: they earn nothing."""
    text = (
        "This cell changes how later cells are read (an input transformer). It was undone and earns nothing."
    )
    return {
        cell.question: Flag("input_transformer", text, cell.question)
        for index, cell in enumerate(cells)
        if cell.question is not None and "input transformers" in played[index].changed
    }


def _cell_flags(cells: tuple[PlayCell, ...], played: dict[int, Played]) -> list[Flag]:
    flags: list[Flag] = []
    for index, cell in enumerate(cells):
        run = played[index]
        if run.status in ("timeout", "crashed", "protocol_error", "not_run"):
            where = f"The cell of question {cell.question}" if cell.question else "A cell without a question"
            flags.append(Flag(f"cell_{run.status}", f"{where} did not finish. {run.message}", cell.question))
        if cell.question is None and "input transformers" in run.changed:
            flags.append(Flag("input_transformer", "A cell changes how later cells are read. It was undone."))
    return flags


def _in_place_flags(questions: set[Any]) -> list[Flag]:
    text = "A function changes what it is given in place. Each check used a copy; return a new array instead."
    return [Flag("changes_input", text, question) for question in sorted(questions)]

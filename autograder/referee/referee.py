"""The referee: holds checks, reference and scores, has submissions played in the sandbox, and judges what
comes back."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.assignment.definition import Assignment
from autograder.assignment.source import released_notebook
from autograder.errors import InfrastructureError, Rejected, UsageError
from autograder.judge.collection import Checks
from autograder.judge.hints import NOT_RUN_THROUGH, Causes, cell_name
from autograder.judge.replies import Played
from autograder.judge.seeds import PUBLIC_SEED, class_seed, fingerprint
from autograder.judge.verdict import explained, with_room, without_points
from autograder.referee import conditions
from autograder.referee.accounts import Accounts
from autograder.referee.judging import Judging
from autograder.referee.outputs import HtmlBudget, safe_outputs
from autograder.referee.processes import PlayerProcess, Zygote, find_rung
from autograder.referee.session import Session
from autograder.result import CheckResult, CheckSpec, Flag, Result
from autograder.submission.discovery import Submission
from autograder.submission.parsing import SubmittedNotebook
from autograder.submission.reading import read_submission
from autograder.submission.rebuild import PlayCell, Rebuilt, rebuild
from autograder.submission.weights import Weights, read_weights
from autograder.text import inert


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
        public_only: run public checks and no others; scores are out of these.
    Raises:
        UsageError: the assignment is broken.
        InfrastructureError: no sandbox works here.
    """

    def __init__(
        self,
        assignment: Assignment,
        *,
        seed: int | None = None,
        trust: bool = False,
        rung: int | None = None,
        public_only: bool = False,
    ) -> None:
        self.assignment = assignment
        self._seed = class_seed(assignment.id, seed)
        self._checks = Checks(assignment.check_files, self._seed)
        everything = self._checks.manifest
        self.manifest: tuple[CheckSpec, ...] = tuple(
            spec for spec in everything if spec.visibility == "public" or not public_only
        )
        if strange := set(assignment.weights) - {spec.question for spec in everything}:
            raise UsageError(
                f"{assignment.id}: weights of {sorted(strange)}, but no check is of that question"
            )
        self.released = released_notebook(assignment, everything)
        self._turn, self._trust = threading.Lock(), trust
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
            self._zygote = Zygote(self.assignment, self.rung, alike=self._trust)

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
        budget, cells = self.assignment.budget, rebuilt.cells
        asked = {spec.question for spec in chosen}
        given = [index for index, cell in enumerate(cells) if cell.kind == "given"]
        accounts = Accounts(budget, asked)
        first = (self.spawn, cells, budget, PUBLIC_SEED, rebuilt.weights)
        with Session(*first, given=given, accounts=accounts) as session:
            session.play()
            void = _tampering(cells, session.played)
            judging = Judging(
                self.assignment,
                self._checks,
                self.released,
                cells,
                session,
                Causes(rebuilt, session.played, self.assignment.allow),
                Accounts(budget, asked),
            )
            found = {
                spec.id: without_points(spec, "failed", void[spec.question].text)
                if spec.question in void
                else judging.judge(spec)
                for spec in chosen
            }
            for question in [each for each in _losing(found.values()) if each not in void]:
                specs = [spec for spec in chosen if spec.question == question]
                better = judging.judge_at_its_place(specs, [found[spec.id] for spec in specs])
                found |= {result.id: result for result in better}
        faults = Causes(rebuilt, session.played, self.assignment.allow).of_questions()
        notebook, html = rebuilt.notebook.copy(), HtmlBudget()
        for index, cell in enumerate(cells):
            notebook.cells[cell.index].outputs = safe_outputs(session.played[index], html)
        flags = (
            *rebuilt.flags,
            *void.values(),
            *_cell_flags(cells, session.played),
            *judging.flags,
            *_in_place_flags(judging.changing),
        )
        checks = with_room(explained(found[spec.id], faults) for spec in chosen)
        result = self._result(student, "graded", checks, flags)
        return Graded(replace(result, answers=_answers(cells)), notebook)


def _losing(results: Iterable[CheckResult]) -> list[str]:
    """Return the questions that did not earn all they are worth, in order."""
    return list(dict.fromkeys(result.question for result in results if result.points < result.max))


def _answers(cells: tuple[PlayCell, ...]) -> dict[str, str]:
    """Return the student's own code by question, for the feedback; an answer in another cell has none."""
    return {cell.question: inert(cell.source, lines=100) for cell in cells if cell.question is not None}


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
        if run.status in NOT_RUN_THROUGH:
            where = cell_name(cell)
            text = f"{where[0].upper()}{where[1:]} {NOT_RUN_THROUGH[run.status]}. {run.message}"
            flags.append(Flag(f"cell_{run.status}", text, cell.question))
        if cell.question is None and "input transformers" in run.changed:
            flags.append(Flag("input_transformer", "A cell changes how later cells are read. It was undone."))
    return flags


def _in_place_flags(questions: set[Any]) -> list[Flag]:
    text = "A function changes what it is given in place. Each check used a copy; return a new array instead."
    return [Flag("changes_input", text, question) for question in sorted(questions)]

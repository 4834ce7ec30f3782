"""The checks of one submission: run in its session, judged, and once more where that may not be fair.

A check in which the process ended is tried without cells that may have left something behind. A question that
lost points is judged once more as it stood before later cells ran.
"""

from __future__ import annotations

import contextlib
import time
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from nbformat import NotebookNode

from autograder.assignment.definition import Assignment
from autograder.checks.outcomes import StudentError
from autograder.errors import InfrastructureError, PlayerDied, UsageError
from autograder.judge.collection import Checks
from autograder.judge.hints import Causes, cell_name
from autograder.judge.student import Student
from autograder.judge.verdict import shown_figures, verdict
from autograder.referee.accounts import Accounts
from autograder.referee.blame import Cells, Outcome, culprits
from autograder.referee.session import Session
from autograder.result import CheckResult, CheckSpec, Flag
from autograder.submission.place import cells_of, later_cells
from autograder.submission.rebuild import PlayCell
from autograder.wire.failures import Failure


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """Let numpy's remarks on an answer (a NaN, an overflow) stay out of a terminal: the check tells them."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        yield


# How often it is tried, for each question, whether somebody else is to blame.
SEARCHES_AT_MOST = 3


class Judging:
    """Judges the checks of one submission.

    Args:
        assignment, checks: what is graded.
        released: the student's notebook.
        cells: those of the submission.
        session: where they were played.
        causes: of what went wrong when they were.
        again: who pays for what is judged once more.
    Attributes:
        changing: questions whose functions change what a public check gives them.
        flags: what an instructor should see of it.
    """

    def __init__(
        self,
        assignment: Assignment,
        checks: Checks,
        released: NotebookNode,
        cells: Sequence[PlayCell],
        session: Session,
        causes: Causes,
        again: Accounts,
    ) -> None:
        self._assignment, self._checks, self._released = assignment, checks, released
        self._cells, self._session, self._causes, self._again = cells, session, causes, again
        self._searches: Counter[str] = Counter()
        self.changing: set[str] = set()
        self.flags: list[Flag] = []

    def judge(self, spec: CheckSpec) -> CheckResult:
        """Run one check and judge it."""
        session = self._session
        result = self._run(session, spec)
        if session.inherited:
            result = self._run(session, spec)
        if (death := session.death) is not None and self._searches[spec.question] < SEARCHES_AT_MOST:
            result = self._acquitted(spec, death) or result
        return result

    def judge_at_its_place(
        self, specs: Collection[CheckSpec], first: Sequence[CheckResult]
    ) -> list[CheckResult]:
        """Judge a question that lost points as it stood when its last cell had run; return the better
        judgement.

        It is one or the other as a whole: two answers that are half right each make no right one.

        Args:
            specs: all checks of the question that count.
            first: how they were judged.
        """
        (question,) = {spec.question for spec in specs}
        own = cells_of(self._cells, self._released, question)
        if not own or own[-1] in self._session.left_out:
            return list(first)
        if not set(later_cells(self._cells, own[-1])) - self._session.left_out:
            return list(first)
        second: dict[str, CheckResult] = {}
        lost = {spec.id for spec, result in zip(specs, first, strict=True) if result.points < result.max}
        found = {result.id: result.points for result in first}
        with self._before(own[-1] + 1, self._again) as earlier:
            earlier.play()
            for spec in sorted(specs, key=lambda spec: spec.id not in lost):
                if spec.id not in lost and not any(second[name].points > found[name] for name in lost):
                    return list(first)
                second[spec.id] = self._run(earlier, spec)
        if sum(result.points for result in second.values()) <= sum(found.values()):
            return list(first)
        better = next(spec for spec in specs if second[spec.id].points > found[spec.id])
        spoiler = self._spoiler(better, own[-1], found[better.id])
        who = "a later cell" if spoiler is None else cell_name(self._cells[spoiler])
        text = f"{who[0].upper()}{who[1:]} spoils this answer. It was judged as it stood before that."
        self.flags.append(Flag("spoiled_later", text, question))
        return [second[spec.id] for spec in specs]

    def _spoiler(self, spec: CheckSpec, place: int, points: float) -> int | None:
        """Return the first cell after `place` with which a check earns no more than `points`."""
        good, bad = place, len(self._cells) - 1
        while bad - good > 1:
            middle = (good + bad) // 2
            if not self._session.accounts.may_search():
                return None
            with self._before(middle + 1, Accounts(self._assignment.budget)) as earlier:
                is_better = not earlier.survives(0.0) and self._run(earlier, spec).points > points
            self._session.accounts.searched(earlier.seconds)
            good, bad = (middle, bad) if is_better else (good, middle)
        return bad

    def _before(self, end: int, accounts: Accounts) -> Session:
        return self._session.variant(range(end, len(self._cells)), accounts)

    def _acquitted(self, spec: CheckSpec, death: PlayerDied) -> CheckResult | None:
        """Return how a check comes out well without cells that are no answer to it; None if it does not.

        Those cells are not played again.
        """
        session, question = self._session, spec.question
        good: dict[Cells, CheckResult] = {}

        def attempt(without: Cells) -> Outcome:
            if not session.accounts.may_search():
                return Outcome.ENDED
            with session.variant(without, Accounts(self._assignment.budget)) as other:
                ended = other.survives(0.0)
                if ended is None:
                    result = self._run(other, spec)
                    ended = other.death or (other.wait(death.age) if result.points else None)
            session.accounts.searched(other.seconds)
            if ended is not None:
                return Outcome.ENDED
            good[without] = result
            return Outcome.WELL if result.points else Outcome.OTHERWISE

        own = cells_of(self._cells, self._released, question)
        guilty = culprits(session.suspects(apart=own), attempt, session.suspicions)
        if not guilty:
            self._searches[question] += 1 if good else SEARCHES_AT_MOST
            return None
        session.forgive(question)
        session.leave_out(guilty, f"while a check of question {question} ran")
        return good[guilty]

    @_in_silence()
    def _run(self, session: Session, spec: CheckSpec) -> CheckResult:
        start = time.monotonic()
        seconds = self._checks.budget(spec.id, self._assignment.budget.check_seconds)
        student = Student(session, session.models)
        session.begin_check(spec.id, spec.question, seconds)
        stage, ended = self._checks.run(spec.id, student)
        if session.broken is not None:
            raise session.broken
        if isinstance(ended, UsageError):
            raise InfrastructureError(f"the check {spec.id} is broken: {ended}")
        if stage in ("setup", "teardown") and not isinstance(ended, PlayerDied):
            raise InfrastructureError(
                f"the check {spec.id} failed in its {stage}: {type(ended).__name__}: {ended}"
            )
        if student.changed and spec.visibility == "public":  # a hidden one would tell what its input is like
            self.changing.add(spec.question)
        duration = round(time.monotonic() - start, 4)
        result = verdict(spec, ended, duration, session.death, self._checks.vocabulary)
        result = replace(result, figures=shown_figures(spec, self._checks.figures))
        if isinstance(ended, StudentError) and spec.visibility == "public":
            failure = Failure(ended.type_name, ended.message)
            if advice := self._causes.advice(failure, question=spec.question):
                result = replace(result, message=f"{result.message.removesuffix('.')}. {advice}")
        return result

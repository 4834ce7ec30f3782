"""Public checks on a namespace in this process: no walls, and none needed, since the code is one's own.

Values cross the same codec as between referee and player, so that a check says here what it says in grading.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.errors import PlayerDied
from autograder.judge.collection import Checks
from autograder.judge.model_handles import Shelf
from autograder.judge.student import Student
from autograder.judge.verdict import verdict
from autograder.notebook.quiet import quiet, without_progress
from autograder.player.calls import Calls, undeliverable
from autograder.result import CheckResult, CheckSpec, Result
from autograder.submission.weights import Weights
from autograder.wire import codec, frames, requests
from autograder.wire.failures import place_of

# What a check may take at least, in seconds: more than any grading gives it, for a slow laptop.
SECONDS = 60.0


class LiveSession:
    """An exchange with a namespace of this process, as a `Session` has one with a player.

    Attributes:
        models: what is known of models here.
        generation, told: there is one process, and nothing to hide from it.
        death: that the time was up, or None.
    """

    generation, told = 1, False

    def __init__(
        self, namespace: Mapping[str, Any], weights: Weights | None = None, seconds: float = SECONDS
    ) -> None:
        self._namespace, self._calls = namespace, Calls()
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        self.death: PlayerDied | None = None
        weights = weights or Weights()
        for (question, framework), data in weights.files.items():
            self.ask(requests.weights(question, framework, data))
        self.models: Shelf | None = Shelf(self, weights)

    def renew(self) -> None:
        """There is no other process."""

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have a request answered as the player answers it.

        Raises:
            KeyboardInterrupt: the student pressed stop.
            PlayerDied: the time is up, and the code was stopped; every further request raises it again.
        """
        if self.death is not None:
            raise self.death
        reply: dict[str, Any] = {}
        with time_limit(self._deadline - time.monotonic()) as places:
            reply = self._calls.answer(_crossed(request), self._namespace)
        if places:
            text = f"It took more than {self._seconds:g} s and was stopped."
            self.death = PlayerDied("timeout", text, place=places[0])
            raise self.death
        try:
            return _crossed(reply)
        except codec.CodecError as error:
            return _crossed(undeliverable(error))


class _TimeUp(BaseException):
    """Ends code that runs too long; no Exception, so that fewer answers swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[list[str]]:
    """End the code inside after some seconds, and go on behind it.

    This works between two steps of Python, so that an endless loop in Python ends, also one that catches
    everything in each round; a loop inside a library does not end. It needs the main thread and Unix;
    elsewhere there is no limit.

    Yields:
        A list; where the time was up, it then holds where the student's code was.
    """
    places: list[str] = []

    def ring(_: int, frame: FrameType | None) -> None:
        places.append(place_of(frame))
        raise _TimeUp

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield places
        return
    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3), 1.0)
        try:
            yield places
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TimeUp:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)


def public_checks(path: Path) -> Checks:
    """Collect a file of public checks. Raises UsageError where it cannot be."""
    return Checks([(path, "public")], b"")


def run_checks(
    checks: Checks, namespace: Mapping[str, Any], question: str | None = None, weights: Weights | None = None
) -> tuple[CheckResult, ...]:
    """Run the public checks of one question, or of all, on a namespace; one that hangs is stopped."""
    chosen = [s for s in checks.manifest if s.visibility == "public" and question in (None, s.question)]
    budgets = {spec.id: max(SECONDS, checks.budget(spec.id, SECONDS)) for spec in chosen}
    return tuple(_run(checks, spec, LiveSession(namespace, weights, budgets[spec.id])) for spec in chosen)


def result_of(assignment: str, outcomes: Sequence[CheckResult]) -> Result:
    """Return what was checked as a result; its score is out of these checks alone."""
    return Result(assignment, "", "graded", sum(check.max for check in outcomes), tuple(outcomes))


def _crossed(value: Any) -> Any:
    """Return a value as it arrives on the other side."""
    return codec.decode(frames.payload(value))


def _run(checks: Checks, spec: CheckSpec, session: LiveSession) -> CheckResult:
    with without_progress(), quiet(2):  # one's own prints stay
        _, ended = checks.run(spec.id, Student(session, session.models))
    return replace(verdict(spec, ended, death=session.death), figures=checks.figures)

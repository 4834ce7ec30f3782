"""Public checks on a namespace in this process: no walls, and none needed, since the code is one's own.

Values cross the same codec as between referee and player, so that a check says here what it says in grading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.judge.collection import Checks
from autograder.judge.model_handles import Shelf
from autograder.judge.student import Student
from autograder.judge.verdict import verdict
from autograder.notebook.quiet import quiet, without_progress
from autograder.player.calls import Calls, undeliverable
from autograder.result import CheckResult, CheckSpec, Result
from autograder.submission.weights import Weights
from autograder.wire import codec, frames, requests


class LiveSession:
    """An exchange with a namespace of this process, as a `Session` has one with a player.

    Attributes:
        models: what is known of models here.
        generation, told: there is one process, and nothing to hide from it.
    """

    generation, told = 1, False

    def __init__(self, namespace: Mapping[str, Any], weights: Weights | None = None) -> None:
        self._namespace, self._calls = namespace, Calls()
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
        """
        reply = self._calls.answer(_crossed(request), self._namespace)
        try:
            return _crossed(reply)
        except codec.CodecError as error:
            return _crossed(undeliverable(error))


def public_checks(path: Path) -> Checks:
    """Collect a file of public checks. Raises UsageError where it cannot be."""
    return Checks([(path, "public")], b"")


def run_checks(
    checks: Checks, namespace: Mapping[str, Any], question: str | None = None, weights: Weights | None = None
) -> tuple[CheckResult, ...]:
    """Run the public checks of one question, or of all, on a namespace. There is no limit of time."""
    chosen = [s for s in checks.manifest if s.visibility == "public" and question in (None, s.question)]
    return tuple(_run(checks, spec, LiveSession(namespace, weights)) for spec in chosen)


def result_of(assignment: str, outcomes: Sequence[CheckResult]) -> Result:
    """Return what was checked as a result; its score is out of these checks alone."""
    return Result(assignment, "", "graded", sum(check.max for check in outcomes), tuple(outcomes))


def _crossed(value: Any) -> Any:
    """Return a value as it arrives on the other side."""
    return codec.decode(frames.payload(value))


def _run(checks: Checks, spec: CheckSpec, session: LiveSession) -> CheckResult:
    with without_progress(), quiet(2):  # one's own prints stay
        _, ended = checks.run(spec.id, Student(session, session.models))
    return replace(verdict(spec, ended), figures=checks.figures)

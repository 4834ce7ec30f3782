"""Public checks on a namespace in this process: no walls, and none needed, since the code is one's own.

Values cross the same codec as between referee and player, so that a check says here what it says in grading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import codec
from autograder.checks import StudentError
from autograder.collect import Checks
from autograder.handles import Shelf
from autograder.models import Models
from autograder.plain import NotPlain, plain
from autograder.result import CheckResult, CheckSpec
from autograder.shell import failure
from autograder.student import Student
from autograder.verdict import verdict
from autograder.weights import Weights


class LiveSession:
    """Calls functions of a namespace as a `Session` calls those of a player.

    Attributes:
        changed: positions and names of the arguments that the last call changed in place.
        models: what is known of models here.
        generation, told: as `handles.Exchange` has them; there is one process, and nothing to hide from it.
    """

    generation, told = 1, False

    def __init__(self, namespace: Mapping[str, Any], weights: Weights | None = None) -> None:
        self._namespace = namespace
        self.changed: tuple[Any, ...] = ()
        self._kept = Models()
        weights = weights or Weights()
        for (question, framework), data in weights.files.items():
            self._kept.receive(question, framework, data)
        self.models = Shelf(self, weights)

    def renew(self) -> None:
        """There is no other process."""

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have a model made or applied, as the player does.

        Raises:
            StudentError: applying it raised an error, or gave what cannot be checked.
            KeyboardInterrupt: the student pressed stop.
        """
        try:
            return _crossed(self._kept.answer(_crossed(request), self._namespace))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            ended = failure(error)
            if request["op"] == "model":
                return {"failure": {"type": ended.type_name, "message": ended.message}}
            raise StudentError(ended.type_name, ended.message) from None

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function with copies of the arguments.

        Raises:
            StudentError: it raised, is not defined, or returned what cannot be checked.
            KeyboardInterrupt: the student pressed stop.
        """
        self.changed = ()
        if name not in self._namespace:
            raise StudentError("NameError", f"{name} is not defined")
        self._kept.drop(self.models.unused())
        sent = _crossed((self.models.sent(args), self.models.sent(kwargs)))
        before = [codec.encode(value) for value in (*sent[0], *sent[1].values())]
        args, kwargs = self._kept.resolved(sent[0]), self._kept.resolved(sent[1])
        try:
            value = plain(self._namespace[name](*args, **kwargs), keep=self._kept.keep)
        except KeyboardInterrupt:
            raise
        except NotPlain as error:
            raise StudentError("TypeError", f"{name} returned {error}") from None
        except BaseException as error:  # SystemExit and whatever else: only this call fails
            ended = failure(error)
            raise StudentError(ended.type_name, ended.message) from None
        given = zip([*enumerate(args), *kwargs.items()], before, strict=True)
        self.changed = tuple(key for (key, now), was in given if not self._same(now, was))
        try:
            return self.models.received(_crossed(value))
        except codec.CodecError as error:
            raise StudentError("ValueError", f"the value is too large or of a wrong kind: {error}") from None

    def _same(self, value: Any, before: bytes) -> bool:
        try:
            return codec.encode(plain(value, keep=self._kept.keep)) == before
        except (codec.CodecError, NotPlain):
            return False


def public_checks(path: Path) -> Checks:
    """Collect a file of public checks. Raises UsageError where it cannot be."""
    return Checks([(path, "public")], b"")


def run_checks(
    checks: Checks, namespace: Mapping[str, Any], question: str | None = None, weights: Weights | None = None
) -> tuple[CheckResult, ...]:
    """Run the public checks of one question, or of all, on a namespace. There is no limit of time."""
    chosen = [s for s in checks.manifest if s.visibility == "public" and question in (None, s.question)]
    return tuple(_run(checks, spec, LiveSession(namespace, weights)) for spec in chosen)


def _crossed(value: Any) -> Any:
    """Return a value as it arrives on the other side."""
    return codec.decode(codec.encode(value))


def _run(checks: Checks, spec: CheckSpec, session: LiveSession) -> CheckResult:
    _, ended = checks.run(spec.id, Student(session))
    return replace(verdict(spec, ended), figures=checks.figures)

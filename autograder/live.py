"""Public checks on a namespace in this process: no walls, and none needed, since the code is one's own.

Values cross the same codec as between referee and player, so that a check says here what it says in grading.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder import codec
from autograder.checks import StudentError
from autograder.collect import Checks
from autograder.plain import NotPlain, plain
from autograder.result import CheckResult, CheckSpec
from autograder.session import Student
from autograder.shell import failure
from autograder.verdict import verdict


class LiveSession:
    """Calls functions of a namespace as a `Session` calls those of a player.

    Attributes:
        changed: positions and names of the arguments that the last call changed in place.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self.changed: tuple[Any, ...] = ()

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function with copies of the arguments.

        Raises:
            StudentError: it raised, is not defined, or returned what cannot be checked.
            KeyboardInterrupt: the student pressed stop.
        """
        self.changed = ()
        if name not in self._namespace:
            raise StudentError("NameError", f"{name} is not defined")
        args, kwargs = codec.decode(codec.encode(args)), codec.decode(codec.encode(kwargs))
        given = dict([*enumerate(args), *kwargs.items()])
        before = {key: codec.encode(value) for key, value in given.items()}
        try:
            value = plain(self._namespace[name](*args, **kwargs))
        except KeyboardInterrupt:
            raise
        except NotPlain as error:
            raise StudentError("TypeError", f"{name} returned {error}") from None
        except BaseException as error:  # SystemExit and whatever else: only this call fails
            ended = failure(error)
            raise StudentError(ended.type_name, ended.message) from None
        self.changed = tuple(key for key, value_ in given.items() if not _same(value_, before[key]))
        try:
            return codec.decode(codec.encode(value))
        except codec.CodecError as error:
            raise StudentError("ValueError", f"the value is too large or of a wrong kind: {error}") from None


def public_checks(path: Path) -> Checks:
    """Collect a file of public checks. Raises UsageError where it cannot be."""
    return Checks([(path, "public")], b"")


def run_checks(
    checks: Checks, namespace: Mapping[str, Any], question: str | None = None
) -> tuple[CheckResult, ...]:
    """Run the public checks of one question, or of all, on a namespace. There is no limit of time."""
    chosen = [s for s in checks.manifest if s.visibility == "public" and question in (None, s.question)]
    return tuple(_run(checks, spec, LiveSession(namespace)) for spec in chosen)


def _run(checks: Checks, spec: CheckSpec, session: LiveSession) -> CheckResult:
    _, ended = checks.run(spec.id, Student(session))
    return verdict(spec, ended)


def _same(value: Any, before: bytes) -> bool:
    try:
        return codec.encode(plain(value)) == before
    except (codec.CodecError, NotPlain):
        return False

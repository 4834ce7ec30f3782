"""Requests answered on a namespace: calls of its functions, and models made and applied.

The one definition of a call, for the player in the sandbox and for `check` in a student's own notebook, so
that both say the same. It runs beside student code and protects nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.player.models import Models
from autograder.player.plain_values import NotPlain, not_defined, plain
from autograder.wire import codec
from autograder.wire.failures import Failure, failure

Reply = dict[str, Any]


class Calls:
    """Answers requests, and keeps the models that they are about.

    Args:
        folder: where the student's own cells find the weights that were handed in; None puts them nowhere.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._models = Models()

    def answer(self, request: Mapping[str, Any], namespace: Mapping[str, Any]) -> Reply:
        """Answer any request of `wire.requests` but `run`.

        Whatever the student's code raises is a failure of this request alone, an exit too.

        Raises:
            KeyboardInterrupt: a person pressed stop, or the student's code raised it.
        """
        self._models.drop(request.get("unused", []))
        try:
            match request["op"]:
                case "call":
                    return self._call(request, namespace)
                case "weights":
                    received = request["question"], request["framework"], request["data"]
                    self._models.receive(*received, self._folder)
                    return {}
                case _:
                    return self._models.answer(request, namespace)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return {"failure": failure(error).record()}

    def _call(self, request: Mapping[str, Any], namespace: Mapping[str, Any]) -> Reply:
        name, args, kwargs = request["name"], request["args"], request["kwargs"]
        if name not in namespace:
            return {"failure": Failure("NameError", not_defined(name, namespace)).record()}
        keep = self._models.keep if request.get("models") else _keep_nothing
        before = [codec.encode(value) for value in (*args, *kwargs.values())]
        args, kwargs = self._models.resolved(args), self._models.resolved(kwargs)
        try:
            value = plain(namespace[name](*args, **kwargs), keep=keep)
        except NotPlain as error:
            return {"failure": Failure("TypeError", f"{name} returned {error}").record()}
        given = zip([*enumerate(args), *kwargs.items()], before, strict=True)
        return {"value": value, "changed": [key for (key, now), was in given if not _is_same(now, was, keep)]}


def undeliverable(error: codec.CodecError) -> Reply:
    """Return the reply in the place of one that cannot cross."""
    return {"failure": Failure("ValueError", f"the value is too large or of a wrong kind: {error}").record()}


def _keep_nothing(value: Any) -> None:
    """Without weights in the assignment, models are values that cannot be checked."""


def _is_same(value: Any, before: bytes, keep: Callable[[Any], Any]) -> bool:
    try:
        return codec.encode(plain(value, keep=keep)) == before
    except (codec.CodecError, NotPlain):
        return False

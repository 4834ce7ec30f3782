"""What the student's process answers, read as the words of a stranger: known kinds and plain text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from autograder.checks.outcomes import StudentError
from autograder.wire.failures import OUTPUTS_AT_MOST, Failure
from autograder.wire.frames import MAX_FRAME


@dataclass(frozen=True)
class Played:
    """What a cell did.

    Attributes:
        status: "ran", "failed" (an exception), or how it ended the process: "timeout", "crashed",
            "protocol_error"; "left_out" where that was found later, or "not_run" where the time for the
            student's own cells was used up before it.
        outputs: nbformat-like dictionaries; not to be trusted.
        failure: the exception that ended it, or None.
        changed: what it changed in the way later cells are read.
        message: for the student, where the status is neither "ran" nor "failed".
    """

    status: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    message: str = ""


def cell_played(reply: dict[str, Any], room: int) -> Played:
    """Read the reply to a `run`.

    Args:
        room: characters of all outputs together.
    """
    changed = reply.get("changed")
    ended = None if reply.get("failure") is None else failure_of(reply)
    return Played(
        status="ran" if ended is None else "failed",
        outputs=known_outputs(reply.get("outputs"), room),
        failure=ended,
        changed=tuple(text for text in changed if type(text) is str) if type(changed) is list else (),
    )


def returned(reply: dict[str, Any], name: str, arguments: Collection[Any]) -> tuple[Any, tuple[Any, ...]]:
    """Read the reply to a `call`.

    Args:
        name: of the function.
        arguments: positions and names of what it was given.
    Returns:
        What the function returned, with handles in the place of models, and which of the arguments it
        changed in place.
    Raises:
        StudentError: it raised, is not defined, or returned what cannot be checked.
    """
    if "failure" in reply:
        ended = failure_of(reply)
        raise StudentError(ended.type_name, ended.message, ended.place)
    changed, value = reply.get("changed"), reply.get("value")
    keys = changed if type(changed) is list else []
    if padded_size(value) > MAX_FRAME:
        raise StudentError("ValueError", f"{name} returned long text in a long list; return numbers")
    return value, tuple(key for key in keys if type(key) in (int, str) and key in arguments)


def failure_of(reply: dict[str, Any]) -> Failure:
    """Read the failure that a reply has: text, or nothing."""
    record = reply.get("failure")
    if type(record) is not dict:
        return Failure("Error", "")
    return Failure(*(readable(record.get(key)) for key in ("type", "message", "traceback", "place")))


def known_outputs(records: Any, room: int) -> list[dict[str, Any]]:
    """Read the outputs of a cell from a stranger: kinds that are known, as text.

    Args:
        records: what came in their place.
        room: characters of all of them together; what goes beyond, or beyond 50 outputs, is left out.
    """
    known: list[dict[str, Any]] = []
    for record in records if type(records) is list else []:
        output = known_output(record)
        room -= size_of(output)
        if room < 0 or len(known) == OUTPUTS_AT_MOST:
            break
        known.append(output)
    return known


def size_of(output: dict[str, Any]) -> int:
    """Return the number of characters of an output that `known_outputs` gave."""
    return len(output["text"]) if "text" in output else sum(map(len, output["data"].values()))


def readable(text: Any) -> str:
    """Return text from a stranger as text that can be written; halves of surrogate pairs become "?"."""
    return text.encode("utf-8", "replace").decode() if type(text) is str else ""


def known_output(record: Any) -> dict[str, Any]:
    """Read one output from a stranger: of a known kind, as text."""
    fields = record if type(record) is dict else {}
    data = fields.get("data")
    if type(data) is not dict:
        name = fields.get("name")
        name = "stderr" if type(name) is str and name == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": readable(fields.get("text"))}
    kinds = ("text/plain", "text/html", "image/png")
    texts = {kind: text for kind in kinds if (text := readable(data.get(kind)))}
    return {"output_type": "display_data", "data": texts}


def padded_size(value: Any) -> int:
    """Return the bytes that numpy needs for an array of a list with text: all items are as long as the
    longest.

    A check that compares a list with an array has numpy make one, in the referee.
    """
    items, longest, waiting = 0, 0, [value]
    while waiting:
        item = waiting.pop()
        if type(item) in (list, tuple):
            waiting.extend(item)
        else:
            items += 1
            longest = max(longest, len(item)) if type(item) in (str, bytes) else longest
    return 4 * items * longest

"""From how a check ended to what the student reads: points, status and message."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.checks import CheckFailure, PartialCredit, StudentError
from autograder.errors import PlayerDied
from autograder.hints import NOT_ANSWERED
from autograder.pictures import picture
from autograder.result import CheckResult, CheckSpec

_NOT_ANSWERED = "Not answered yet."


def verdict(
    spec: CheckSpec, ended: BaseException | None, duration: float = 0.0, death: PlayerDied | None = None
) -> CheckResult:
    """Judge one check.

    Args:
        ended: the exception that the check ended with; None if it ran through.
        death: the end of the player during the check. It counts even where the check swallowed it.
    """
    if death is not None:
        ended = death
    points, status, message, drawing = 0.0, "failed", "", None
    public = spec.visibility == "public"
    match ended:
        case None:
            points, status = spec.points, "passed"
        case PlayerDied():
            status, message = ended.kind, ended.message
        case PartialCredit():
            points, status, message = _partial(spec, ended)
        case StudentError():
            message = _student_error(ended, public)
        case CheckFailure():
            message = "; ".join(part for part in (ended.summary, ended.detail if public else "") if part)
            drawing = _drawing(ended) if public else None
        case pytest.skip.Exception() | pytest.xfail.Exception():
            status, message = "not_run", "This check was skipped, which counts as not passed."
        case AssertionError():
            message = _assertion(ended, public)
        case _:
            message = f"This check could not make sense of what it got ({type(ended).__name__})."
    return CheckResult(
        spec.id,
        spec.question,
        spec.description,
        points,
        spec.points,
        status,
        spec.visibility,
        message,
        drawing,
        duration,
    )


def without_points(spec: CheckSpec, status: str, message: str) -> CheckResult:
    """Return the result of a check that was decided without running it."""
    return CheckResult(
        spec.id, spec.question, spec.description, 0.0, spec.points, status, spec.visibility, message
    )


def explained(result: CheckResult, faults: dict[str, str]) -> CheckResult:
    """Name the fault of the question's cell first: it is most likely why the check did not pass."""
    if result.status == "passed" or result.question not in faults:
        return result
    message = " ".join(part for part in (faults[result.question], result.message) if part)
    return replace(result, message=message)


def _partial(spec: CheckSpec, ended: PartialCredit) -> tuple[float, str, str]:
    status = "passed" if ended.fraction == 1 else "partial" if ended.fraction > 0 else "failed"
    return ended.fraction * spec.points, status, ended.message


def _student_error(ended: StudentError, public: bool) -> str:
    if ended.type_name == NOT_ANSWERED:
        return _NOT_ANSWERED  # says nothing about the input, whoever raised it
    if not public:
        return "Your function raised an error when this check called it; what it said is not shown here."
    return f"{ended.type_name}: {ended.message}"


def _assertion(ended: AssertionError, public: bool) -> str:
    """Return the explicit message of a plain assert, or the line of a public check that did not hold."""
    if ended.args:
        return str(ended.args[0])
    trace = ended.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if not public or trace is None:
        return ""
    line = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip()
    return f"does not hold: {line}" if line else ""


def _drawing(ended: CheckFailure) -> dict[str, Any] | None:
    draw: Callable[..., dict[str, Any] | None] = picture
    if not isinstance(ended.expected, np.ndarray) or not isinstance(ended.got, np.ndarray):
        return None
    return draw(ended.expected, ended.got)

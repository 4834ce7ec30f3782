"""From how a check ended to what the student reads: points, status and message."""

from __future__ import annotations

import json
import linecache
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.checks.outcomes import CheckFailure, PartialCredit, StudentError
from autograder.errors import PlayerDied
from autograder.judge.comparison import picture
from autograder.result import CheckResult, CheckSpec
from autograder.wire.failures import NOT_ANSWERED, told

_NOT_ANSWERED = "Not answered yet."
# Characters of all figures of one result; what goes beyond is left out. A result stays below 200 kB.
FIGURES_OF_RESULT = 120_000


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
            status, message = ended.kind, ended.told if public else ended.message
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


def with_room(checks: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the checks of one result with the figures that there is room for, the first ones first."""
    room, found = FIGURES_OF_RESULT, []
    for check in checks:
        figures = []
        for figure in check.figures:
            room -= len(json.dumps(figure, indent=2))
            if room >= 0:
                figures.append(figure)
        found.append(replace(check, figures=tuple(figures)))
    return tuple(found)


def _partial(spec: CheckSpec, ended: PartialCredit) -> tuple[float, str, str]:
    status = "passed" if ended.fraction == 1 else "partial" if ended.fraction > 0 else "failed"
    return ended.fraction * spec.points, status, ended.message


def _student_error(ended: StudentError, public: bool) -> str:
    # That of a stub is bare; torch raises one with a text, for a module without `forward`.
    if ended.type_name == NOT_ANSWERED and not (public and ended.message):
        return _NOT_ANSWERED  # says nothing about the input, whoever raised it
    if not public:
        return "Your function raised an error when this check called it; what it said is not shown here."
    return told(ended.type_name, ended.message, ended.place)


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
    if not isinstance(ended.expected, np.ndarray) or not isinstance(ended.got, np.ndarray):
        return None
    return picture(ended.expected, ended.got)

"""From how a check ended to what the student reads: points, status and message."""

from __future__ import annotations

import json
import linecache
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.checks.figures import Figure
from autograder.checks.outcomes import CheckFailure, PartialCredit, StudentError
from autograder.errors import PlayerDied
from autograder.judge.comparison import picture
from autograder.judge.vocabulary import Vocabulary
from autograder.result import NOT_ANSWERED_YET, CheckResult, CheckSpec
from autograder.wire.failures import NOT_ANSWERED, told

# Characters of all figures of one result; what goes beyond is left out. A result stays below 200 kB.
FIGURES_OF_RESULT = 120_000


def verdict(
    spec: CheckSpec,
    ended: BaseException | None,
    duration: float = 0.0,
    death: PlayerDied | None = None,
    vocabulary: Vocabulary | None = None,
) -> CheckResult:
    """Judge one check.

    Args:
        ended: the exception that the check ended with; None if it ran through.
        death: the end of the player during the check. It counts even where the check swallowed it.
        vocabulary: the words of the files of checks, of which a hidden check's own messages are made; None
            knows no word.
    """
    if death is not None:
        ended = death
    points, status, message, drawing = 0.0, "failed", "", None
    public = spec.visibility == "public"
    words = vocabulary or Vocabulary()
    match ended:
        case None:
            points, status = spec.points, "passed"
        case PlayerDied():
            status, message = ended.kind, ended.told if public else ended.message
        case PartialCredit():
            points, status = _partial(spec, ended)
            message = _said(ended.message, ended.hidden, public, words)
        case StudentError():
            message = _student_error(ended, public)
        case CheckFailure():
            whole = "; ".join(part for part in (ended.summary, ended.detail) if part)
            message = whole if public else _said(ended.summary, ended.hidden, public, words)
            drawing = _drawing(ended) if public else None
        case pytest.skip.Exception() | pytest.xfail.Exception():
            status, message = "not_run", "This check was skipped, which counts as not passed."
        case AssertionError():
            message = _assertion(ended, public, words)
        case _:
            what = f" ({type(ended).__name__})" if public else ""
            message = f"This check could not make sense of what it got{what}."
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


def shown_figures(spec: CheckSpec, figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return what a check may show: a hidden one no numbers that are the answer's own.

    Counts and curves are sums of the referee's over many inputs, images are its own. A history is what the
    answer returned, number for number, and is left out; boxes are cut to whole pixels.
    """
    if spec.visibility == "public":
        return tuple(figures)
    return tuple(_with_coarse_boxes(figure) for figure in figures if figure["kind"] != "history")


def _with_coarse_boxes(figure: Figure) -> Figure:
    if figure["kind"] != "images":
        return figure
    images = [
        image | {"got": None if image["got"] is None else [float(round(place)) for place in image["got"]]}
        for image in figure["images"]
    ]
    return figure | {"images": images}


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


def _partial(spec: CheckSpec, ended: PartialCredit) -> tuple[float, str]:
    status = "passed" if ended.fraction == 1 else "partial" if ended.fraction > 0 else "failed"
    return ended.fraction * spec.points, status


def _said(message: str, hidden: str | None, public: bool, words: Vocabulary) -> str:
    """Return what is shown of a message: all of it, or what a hidden check may say."""
    if public:
        return message
    return words.spoken(message) if hidden is None else hidden


def _student_error(ended: StudentError, public: bool) -> str:
    # That of a stub is bare; torch raises one with a text, for a module without `forward`.
    if ended.type_name == NOT_ANSWERED and not (public and ended.message):
        return NOT_ANSWERED_YET  # says nothing about the input, whoever raised it
    if not public:
        return "Your function raised an error when this check called it; what it said is not shown here."
    return told(ended.type_name, ended.message, ended.place)


def _assertion(ended: AssertionError, public: bool, words: Vocabulary) -> str:
    """Return the explicit message of a plain assert, or the line of a public check that did not hold."""
    if ended.args:
        return _said(str(ended.args[0]), None, public, words)
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

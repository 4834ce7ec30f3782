"""How a check can end: passed by returning, and otherwise by one of these.

An answer that may choose what a hidden check says spells hidden inputs with it: as a shape, as the place of a
NaN, as a number in a message. So a public check shows `summary` and `detail`, and a hidden one the fixed
sentence `hidden` alone. Where an author gave none, it shows those of the message's words that stand in the
author's file, and "…" for what was put in when the check ran (`judge.vocabulary`).
"""

from __future__ import annotations

import math
from typing import Any, NoReturn

_NOT_A_NUMBER = "what was measured is not finite, so it cannot be graded"
# Part of the distance between half and full marks that a standard error may count.
_ERROR_AT_MOST = 0.5


class StudentError(Exception):
    """The student's function raised. `type_name` and `message` are the student's words, `place` is the line.

    A check that expects an error writes `with pytest.raises(StudentError) as caught: ...`.
    """

    def __init__(self, type_name: str, message: str, place: str = "") -> None:
        super().__init__(f"{type_name}: {message}")
        self.type_name, self.message, self.place = type_name, message, place


class CheckFailure(AssertionError):
    """A check does not hold. `expected` and `got` are drawn for the student where the check is public.

    `hidden` is what a hidden check says instead: a sentence in which nothing comes from the answer. None
    leaves that to the words of the author's file.
    """

    def __init__(
        self,
        summary: str,
        detail: str = "",
        expected: Any = None,
        got: Any = None,
        hidden: str | None = None,
    ) -> None:
        super().__init__(summary)
        self.summary, self.detail, self.expected, self.got = summary, detail, expected, got
        self.hidden = hidden


class PartialCredit(Exception):
    """A check holds in part. `hidden` as in `CheckFailure`."""

    def __init__(self, fraction: float, message: str, hidden: str | None = None) -> None:
        super().__init__(message)
        self.fraction, self.message, self.hidden = fraction, message, hidden


def fail(message: str) -> NoReturn:
    """End the check as failed, with a message.

    A hidden check shows the words that stand in its file, and "…" for values that the message was given:
    `fail(f"the loss is {loss}")` says "the loss is …". Constants of the file, such as a threshold, are shown.
    """
    raise CheckFailure(message)


def partial(fraction: float, message: str) -> NoReturn:
    """End the check with a part of its points; the message as in `fail`.

    Raises:
        ValueError: `fraction` is not a number from 0 to 1.
    """
    if not 0 <= fraction <= 1:  # NaN is refused too
        raise ValueError(f"fraction is {fraction}; expected a number from 0 to 1")
    raise PartialCredit(float(fraction), message)


def scale(
    value: float,
    half: float = 0.70,
    full: float = 0.85,
    n: int | None = None,
    *,
    error: float | None = None,
    name: str = "accuracy",
    on: str = "new images",
) -> NoReturn:
    """End the check with points by a measure: all from `full` on, half of them at `half`, linear between.

    Worse than `half` earns nothing. `full` below `half` means that less is better, as for an error. What is
    compared is the value moved by one standard error in the student's favour, since another draw of as many
    examples could have given it. An answer can make its own spread as large as it likes; so the error counts
    up to half the distance of the thresholds, which is a quarter of the points.

    Args:
        value: what was measured.
        half, full: the thresholds.
        n: number of examples; the standard error of a proportion follows from it, √(p(1 − p)/n).
        error: the standard error, where `value` is no proportion; it goes before `n`. Take it, like `value`,
            over examples that are clipped each by itself, lest one of a thousand decide.
        name: of the measure, for the message.
        on: what the `n` examples are.
    Raises:
        CheckFailure: `value` or `error` is not finite.
        ValueError: the thresholds are equal, `error` is negative, or a proportion is asked for that is none.
    """
    value = float(value)
    if not math.isfinite(value):
        raise CheckFailure(f"{name} is {value}, not a number that can be graded", hidden=_NOT_A_NUMBER)
    if half == full:
        raise ValueError(f"half and full are both {half}; expected two thresholds")
    if error is None:
        error = 0.0 if n is None else _binomial_error(value, n)
    error = float(error)
    if not math.isfinite(error):
        text = f"the error of {name} is {error}, not a number that can be graded"
        raise CheckFailure(text, hidden=_NOT_A_NUMBER)
    if error < 0:
        raise ValueError(f"error is {error}; expected a standard error, 0 or more")
    error = min(error, abs(full - half) * _ERROR_AT_MOST)
    sign = 1.0 if full > half else -1.0
    part = (value + sign * error - half) / (full - half)
    fraction = 0.0 if part < 0 else min(1.0, 0.5 + 0.5 * part)
    band = f" ± {error:.3f}" if error else ""
    examples = f" on {n:,} {on}" if n is not None else ""
    at = "from" if sign > 0 else "up to"
    marks = f"{examples}: full marks {at} {full:.3f}, half {at} {half:.3f}"
    raise PartialCredit(
        round(fraction, 2),
        f"{name} {value:.3f}{band}{marks}",
        hidden=f"{name} {_in_steps(value, half, full)}{marks}",
    )


def _in_steps(value: float, half: float, full: float) -> str:
    """Write a measure in steps of 0.005, and none that is far off: what a hidden check may say.

    An answer may choose its measure. The points have a hundred steps, so these two hundred tell hardly more.
    """
    low, high = min(0.0, half, full), max(1.0, 2 * half, 2 * full)
    if not low <= value <= high:
        return f"below {low:.3f}" if value < low else f"above {high:.3f}"
    return f"{0.005 * round(value / 0.005):.3f} (rounded)"


def _binomial_error(value: float, n: int) -> float:
    if not 0 <= value <= 1 or n < 1:
        raise ValueError(f"{value} of {n} is no proportion; give its error")
    return math.sqrt(value * (1 - value) / n)

"""What authors of checks import: assertions whose messages students may read, and the errors that a check can
meet.

A hidden check shows its docstring and its own explicit message, never values: those would print the hidden
inputs. So every failure has a `summary`, which is always shown, and a `detail`, which only a public check
shows.
"""

from __future__ import annotations

import math
import reprlib
from typing import Any, NoReturn

import numpy as np

# Where only zeros are expected, there is no scale to be relative to; a Fourier transform leaves 1e-17 there.
_ATOL_OF_ZEROS = 1e-9
# A softmax in 16 bits is off by so much.
_SUM_OF_PROBABILITIES = 2e-3


class StudentError(Exception):
    """The student's function raised. `type_name` and `message` are the student's words.

    A check that expects an error writes `with pytest.raises(StudentError) as caught: ...`.
    """

    def __init__(self, type_name: str, message: str) -> None:
        super().__init__(f"{type_name}: {message}")
        self.type_name = type_name
        self.message = message


class CheckFailure(AssertionError):
    """A check does not hold. `expected` and `got` are drawn for the student where the check is public."""

    def __init__(self, summary: str, detail: str = "", expected: Any = None, got: Any = None) -> None:
        super().__init__(summary)
        self.summary, self.detail, self.expected, self.got = summary, detail, expected, got


class PartialCredit(Exception):
    """A check holds in part."""

    def __init__(self, fraction: float, message: str) -> None:
        super().__init__(message)
        self.fraction, self.message = fraction, message


def fail(message: str) -> NoReturn:
    """End the check as failed, with a message that is shown even where the check is hidden."""
    raise CheckFailure(message)


def partial(fraction: float, message: str) -> NoReturn:
    """End the check with a part of its points.

    Raises:
        ValueError: `fraction` is not a number from 0 to 1.
    """
    if not 0 <= fraction <= 1:  # NaN is refused too
        raise ValueError(f"fraction is {fraction}; expected a number from 0 to 1")
    raise PartialCredit(float(fraction), message)


def assert_equal(got: Any, expected: Any) -> None:
    """Hold if both are the same number, text, list, … of the same kind.

    An integer array with no axes counts as an int, a float array as a float; True is not 1 and 5.0 is not 5.
    """
    got, expected = _scalar(got), _scalar(expected)
    if isinstance(expected, np.ndarray):
        assert_close(got, expected, rtol=0, atol=0)
    if type(got) is not type(expected):
        raise CheckFailure(
            f"expected {_kind(expected)}, got {_kind(got)}", f"expected {_short(expected)}, got {_short(got)}"
        )
    if isinstance(expected, list | tuple):
        if len(got) != len(expected):
            raise CheckFailure(
                f"expected {len(expected)} items, got {len(got)}",
                f"expected {_short(expected)}, got {_short(got)}",
            )
        for one, other in zip(got, expected, strict=True):
            assert_equal(one, other)
    elif not isinstance(expected, np.ndarray) and not (got == expected):  # noqa: SIM201  (NaN)
        raise CheckFailure("the value is wrong", f"expected {_short(expected)}, got {_short(got)}")


def assert_close(
    got: Any, expected: Any, *, rtol: float | None = None, atol: float | None = None, dtype: Any = None
) -> None:
    """Hold if `got` has the numbers of `expected`, in the same shape. NaN and infinity never hold.

    Args:
        got: what the student's function returned.
        expected: a number or an array.
        rtol: relative tolerance; by default 1e-4 for 32 bits and fewer, else 1e-6.
        atol: absolute tolerance; by default `rtol` times the largest number expected, so that a sum which
            nearly cancels may round as it likes.
        dtype: the dtype that `got` must have, if it matters.
    """
    expected = np.asarray(expected)
    values = _as_array(got, expected)
    if values.shape != expected.shape:
        raise CheckFailure(
            f"expected shape {expected.shape}, got shape {_shape(values.shape)}", "", expected, values
        )
    if dtype is not None and values.dtype != np.dtype(dtype):
        raise CheckFailure(
            f"expected dtype {np.dtype(dtype)}, got {values.dtype}: the numbers must keep their type"
        )
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        where = f" first at index {_index(bad[0])}" if values.ndim else ""
        raise CheckFailure(
            f"{len(bad)} of {values.size} values are NaN or infinite,{where}".rstrip(","),
            "",
            expected,
            values,
        )
    if rtol is None:
        rtol = 1e-4 if values.dtype.itemsize <= 4 and values.dtype.kind == "f" else 1e-6
    if atol is None:
        atol = rtol * float(np.max(np.abs(expected), initial=0.0)) or _ATOL_OF_ZEROS
    wrong = np.argwhere(~np.isclose(values, expected, rtol=rtol, atol=atol))
    if len(wrong):
        _complain_of_values(values, expected, wrong)


def assert_shape(got: Any, shape: tuple[int, ...]) -> None:
    """Hold if `got` is an array of this shape, of finite numbers; for the predictions of a model."""
    if not isinstance(got, np.ndarray) or got.dtype.kind == "b":
        raise CheckFailure(f"expected an array of shape {shape}, got {_kind(got)}")
    if got.shape != shape:
        raise CheckFailure(f"expected shape {shape}, got shape {_shape(got.shape)}")
    if bad := int(np.count_nonzero(~np.isfinite(got))):
        raise CheckFailure(f"{bad} of {got.size} predictions are NaN or infinite")


def assert_logits(got: Any) -> None:
    """Hold if `got`, an array of (n, classes), may be logits, and is not what a softmax or sigmoid makes.

    Two classes or more: rows from 0 to 1 that all sum to 1 are probabilities. One column, or none: numbers
    that all lie from 0 to 1 are.
    """
    if not isinstance(got, np.ndarray) or got.ndim == 0:
        raise CheckFailure(f"expected logits, got {_kind(got)}")
    assert_shape(got, got.shape)
    between = got.size and got.min() >= 0 and got.max() <= 1
    if got.ndim < 2 or got.shape[-1] == 1:
        if between:
            raise CheckFailure("all predictions lie from 0 to 1: logits are asked; leave out the sigmoid")
    elif between and np.allclose(got.sum(axis=-1), 1, atol=_SUM_OF_PROBABILITIES):
        raise CheckFailure(
            "the predictions are probabilities (from 0 to 1, and each row sums to 1): logits are asked; "
            "leave out the softmax"
        )


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
    examples could have given it.

    Args:
        value: what was measured.
        half, full: the thresholds.
        n: number of examples; the standard error of a proportion follows from it, √(p(1 − p)/n).
        error: the standard error, where `value` is no proportion; it goes before `n`.
        name: of the measure, for the message.
        on: what the `n` examples are.
    Raises:
        CheckFailure: `value` is not finite.
        ValueError: the thresholds are equal, or a proportion is asked for that is none.
    """
    value = float(value)
    if not math.isfinite(value):
        fail(f"{name} is {value}, not a number that can be graded")
    if half == full:
        raise ValueError(f"half and full are both {half}; expected two thresholds")
    if error is None:
        error = 0.0 if n is None else _binomial_error(value, n)
    sign = 1.0 if full > half else -1.0
    part = (value + sign * error - half) / (full - half)
    fraction = 0.0 if part < 0 else min(1.0, 0.5 + 0.5 * part)
    band = f" ± {error:.3f}" if error else ""
    examples = f" on {n:,} {on}" if n is not None else ""
    at = "from" if sign > 0 else "up to"
    partial(
        round(fraction, 2),
        f"{name} {value:.3f}{band}{examples}: full marks {at} {full:.3f}, half {at} {half:.3f}",
    )


def _binomial_error(value: float, n: int) -> float:
    if not 0 <= value <= 1 or n < 1:
        raise ValueError(f"{value} of {n} is no proportion; give its error")
    return math.sqrt(value * (1 - value) / n)


def _complain_of_values(values: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> NoReturn:
    if values.ndim == 0:
        raise CheckFailure("the value is wrong", f"expected {expected.item():.6g}, got {values.item():.6g}")
    at = tuple(wrong[0])
    detail = f"at index {_index(at)}: expected {expected[at].item():.6g}, got {values[at].item():.6g}"
    raise CheckFailure(f"{len(wrong)} of {values.size} values are wrong", detail, expected, values)


def _as_array(got: Any, expected: np.ndarray) -> np.ndarray:
    number = type(got) in (int, float, complex)
    if isinstance(got, np.ndarray) and (got.dtype.kind != "b" or expected.dtype.kind == "b"):
        return got
    if number and expected.ndim == 0:
        return np.asarray(got)
    wanted = f"an array of shape {expected.shape}" if expected.ndim else "a number"
    raise CheckFailure(f"expected {wanted}, got {_kind(got)}", f"got {_short(got)}")


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _index(at: Any) -> str:
    return "(" + ", ".join(str(int(i)) for i in at) + ")" if len(at) > 1 else str(int(at[0]))


def _kind(value: Any) -> str:
    if value is None:
        return "None (is there a return?)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {_shape(value.shape)} and dtype {value.dtype}"
    words = {"int": "an integer", "float": "a float", "bool": "a boolean", "str": "text", "Model": "a model"}
    return words.get(type(value).__name__, f"a {type(value).__name__}")


def _shape(shape: tuple[int, ...]) -> str:
    """A shape in words. An unusual one is not shown: its numbers could be those of a hidden input."""
    usual = len(shape) <= 6 and math.prod(max(n, 1) for n in shape) <= 1_000_000
    return str(shape) if usual else f"(…) with {len(shape)} axes"


class _Repr(reprlib.Repr):
    """What a student returned may be anything of up to 64 MB: only its beginning is ever written out."""

    maxlevel, maxlist, maxtuple, maxdict, maxstring, maxlong, maxother = 4, 8, 8, 4, 100, 60, 100

    def repr_ndarray(self, array: np.ndarray, level: int) -> str:
        """The first numbers of an array, in a row."""
        start = ", ".join(str(number) for number in array.flat[:8].tolist())
        return f"array({start}{', …' if array.size > 8 else ''})"


def _short(value: Any) -> str:
    return _Repr().repr(value)[:200]

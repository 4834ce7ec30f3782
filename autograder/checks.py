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
    return {"int": "an integer", "float": "a float", "bool": "a boolean", "str": "text"}.get(
        type(value).__name__, f"a {type(value).__name__}"
    )


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

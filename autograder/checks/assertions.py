"""Assertions whose messages students may read: what was expected, what came, and where it differs.

Shapes, dtypes, types, numbers and places are said by public checks alone: an answer chooses them, and could
spell a hidden input with them. A hidden check says one of the sentences below.
"""

from __future__ import annotations

import reprlib
from typing import Any, NoReturn

import numpy as np

from autograder.checks.outcomes import CheckFailure

# Where only zeros are expected, there is no scale to be relative to; a Fourier transform leaves 1e-17 there.
_ATOL_OF_ZEROS = 1e-9
# A softmax in 16 bits is off by so much.
_SUM_OF_PROBABILITIES = 2e-3

# All that a hidden check says of what it got.
_NOTHING_CAME = "expected {wanted}, got None (is there a return?)"
_OTHER_KIND = "expected {wanted}, got something of another kind"
_OTHER_SHAPE = "the result has another shape than expected"
_OTHER_DTYPE = "expected dtype {dtype}, got another: the numbers must keep their type"
_OTHER_LENGTH = "the result has another number of items than expected"
_NOT_FINITE = "some values are NaN or infinite"
_SIGMOID = "all predictions lie from 0 to 1: logits are asked; leave out the sigmoid"
_SOFTMAX = (
    "the predictions are probabilities (from 0 to 1, and each row sums to 1): logits are asked; "
    "leave out the softmax"
)
_WRONG_VALUE, _WRONG_VALUES = "the value is wrong", "some values are wrong"


def assert_equal(got: Any, expected: Any) -> None:
    """Hold if both are the same number, text, list, … of the same kind.

    An integer array with no axes counts as an int, a float array as a float; True is not 1 and 5.0 is not 5.
    """
    got, expected = _scalar(got), _scalar(expected)
    if isinstance(expected, np.ndarray):
        assert_close(got, expected, rtol=0, atol=0)
    if type(got) is not type(expected):
        raise CheckFailure(
            f"expected {_kind(expected)}, got {_kind(got)}",
            f"expected {_short(expected)}, got {_short(got)}",
            hidden=_of_another_kind(_word(expected), got),
        )
    if isinstance(expected, list | tuple):
        if len(got) != len(expected):
            raise CheckFailure(
                f"expected {len(expected)} items, got {len(got)}",
                f"expected {_short(expected)}, got {_short(got)}",
                hidden=_OTHER_LENGTH,
            )
        for one, other in zip(got, expected, strict=True):
            assert_equal(one, other)
    elif not isinstance(expected, np.ndarray) and not (got == expected):  # noqa: SIM201  (NaN)
        raise CheckFailure(
            _WRONG_VALUE, f"expected {_short(expected)}, got {_short(got)}", hidden=_WRONG_VALUE
        )


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
            f"expected shape {expected.shape}, got shape {values.shape}",
            "",
            expected,
            values,
            hidden=_OTHER_SHAPE,
        )
    if dtype is not None and values.dtype != np.dtype(dtype):
        raise CheckFailure(
            f"expected dtype {np.dtype(dtype)}, got {values.dtype}: the numbers must keep their type",
            hidden=_OTHER_DTYPE.format(dtype=np.dtype(dtype)),
        )
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        where = f" first at index {_index(bad[0])}" if values.ndim else ""
        raise CheckFailure(
            f"{len(bad)} of {values.size} values are NaN or infinite,{where}".rstrip(","),
            "",
            expected,
            values,
            hidden=_NOT_FINITE,
        )
    rtol, atol = tolerances(expected, values, rtol, atol)
    wrong = np.argwhere(~np.isclose(values, expected, rtol=rtol, atol=atol))
    if len(wrong):
        _complain_of_values(values, expected, wrong)


def tolerances(
    expected: np.ndarray, got: np.ndarray, rtol: float | None = None, atol: float | None = None
) -> tuple[float, float]:
    """Return the relative and the absolute tolerance of `assert_close`: those given, or else its defaults."""
    if rtol is None:
        is_short = got.dtype.kind in "fc" and np.finfo(got.dtype).bits <= 32
        rtol = 1e-4 if is_short else 1e-6
    if atol is None:
        with np.errstate(all="ignore"):  # what overflows here is left out as infinite
            size = np.abs(expected)
        largest = float(np.max(size, initial=0.0, where=np.isfinite(size)))
        atol = rtol * largest or _ATOL_OF_ZEROS
    return rtol, atol


def assert_shape(got: Any, shape: tuple[int, ...]) -> None:
    """Hold if `got` is an array of this shape, of finite real numbers; for the predictions of a model."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "iuf":
        raise CheckFailure(
            f"expected an array of shape {shape}, got {_kind(got)}{_array_of(got)}",
            hidden=_of_another_kind("an array", got),
        )
    if got.shape != shape:
        raise CheckFailure(f"expected shape {shape}, got shape {got.shape}", hidden=_OTHER_SHAPE)
    if bad := int(np.count_nonzero(~np.isfinite(got))):
        raise CheckFailure(f"{bad} of {got.size} predictions are NaN or infinite", hidden=_NOT_FINITE)


def assert_logits(got: Any) -> None:
    """Hold if `got`, an array of (n, classes), may be logits, and is not what a softmax or sigmoid makes.

    Two classes or more: rows from 0 to 1 that all sum to 1 are probabilities. One column, or none: numbers
    that all lie from 0 to 1 are.
    """
    if not isinstance(got, np.ndarray) or got.ndim == 0:
        raise CheckFailure(f"expected logits, got {_kind(got)}", hidden=_of_another_kind("logits", got))
    assert_shape(got, got.shape)
    between = got.size and got.min() >= 0 and got.max() <= 1
    if got.ndim < 2 or got.shape[-1] == 1:
        if between:
            raise CheckFailure(_SIGMOID, hidden=_SIGMOID)
    elif between and np.allclose(got.sum(axis=-1), 1, atol=_SUM_OF_PROBABILITIES):
        raise CheckFailure(_SOFTMAX, hidden=_SOFTMAX)


def _complain_of_values(values: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> NoReturn:
    if values.ndim == 0:
        raise CheckFailure(
            _WRONG_VALUE, f"expected {expected.item():.6g}, got {values.item():.6g}", hidden=_WRONG_VALUE
        )
    at = tuple(wrong[0])
    detail = f"at index {_index(at)}: expected {expected[at].item():.6g}, got {values[at].item():.6g}"
    summary = f"{len(wrong)} of {values.size} values are wrong"
    raise CheckFailure(summary, detail, expected, values, hidden=_WRONG_VALUES)


def _as_array(got: Any, expected: np.ndarray) -> np.ndarray:
    number = type(got) in (int, float, complex)
    if isinstance(got, np.ndarray) and (got.dtype.kind != "b" or expected.dtype.kind == "b"):
        return got
    if number and expected.ndim == 0:
        return np.asarray(got)
    wanted = f"an array of shape {expected.shape}" if expected.ndim else "a number"
    kind, cure = ("an array", _array_of(got)) if expected.ndim else ("a number", "")
    raise CheckFailure(
        f"expected {wanted}, got {_kind(got)}{cure}",
        f"got {_short(got)}",
        hidden=_of_another_kind(kind, got),
    )


def _array_of(value: Any) -> str:
    return (
        f": make an array of the {type(value).__name__} with np.array" if type(value) in (list, tuple) else ""
    )


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _index(at: Any) -> str:
    return "(" + ", ".join(str(int(i)) for i in at) + ")" if len(at) > 1 else str(int(at[0]))


def _of_another_kind(wanted: str, got: Any) -> str:
    return (_NOTHING_CAME if got is None else _OTHER_KIND).format(wanted=wanted)


def _kind(value: Any) -> str:
    if value is None:
        return "None (is there a return?)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    return _word(value)


def _word(value: Any) -> str:
    """What kind of thing a value is, and nothing of how large it is."""
    words = {"int": "an integer", "float": "a float", "bool": "a boolean", "str": "text"}
    words |= {"ndarray": "an array", "Model": "a model", "NoneType": "None"}
    return words.get(type(value).__name__, f"a {type(value).__name__}")


class _Repr(reprlib.Repr):
    """What a student returned may be anything of up to 64 MB: only its beginning is ever written out."""

    maxlevel, maxlist, maxtuple, maxdict, maxstring, maxlong, maxother = 4, 8, 8, 4, 100, 60, 100

    def repr_ndarray(self, array: np.ndarray, level: int) -> str:
        """The first numbers of an array, in a row."""
        start = ", ".join(str(number) for number in array.flat[:8].tolist())
        return f"array({start}{', …' if array.size > 8 else ''})"


def _short(value: Any) -> str:
    return _Repr().repr(value)[:200]

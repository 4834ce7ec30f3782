"""Expected and got side by side: the part of two arrays in which a student sees what went wrong.

A picture is a plain record: `expected` and `got` are at most 12 rows of at most 12 short texts, and two cells
are equal exactly where their texts are; `slice` says of each which part of which shape it is; `corner` is the
index [row, column] of the first cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.assertions import tolerances
from autograder.result import PICTURE_CELLS as LARGEST

Tolerances = tuple[float, float]  # relative, absolute


def picture(expected: np.ndarray, got: np.ndarray) -> dict[str, Any] | None:
    """Return the picture of two arrays, or None where a table would not help.

    Leading axes are reduced to their first entry. Where shapes are equal, to the first entry that differs,
    and a large image is cut around its first difference, so that the picture shows at least one.

    Args:
        expected, got: arrays of numbers or booleans, of any shape.
    Returns:
        the record, or None: an array is 0-d or empty, or holds no numbers.

    >>> picture(np.array([1, 2]), np.array([1, 3]))["got"]
    [['1', '3']]
    """
    if not (_suits(expected) and _suits(got)):
        return None
    allowed = tolerances(expected, got)
    first = _first_difference(expected, got, allowed) if expected.shape == got.shape else None
    parts = [_part(array, first) for array in (expected, got)]
    rows = _texts(parts[0][0], parts[1][0], allowed)
    return {
        "expected": rows[0],
        "got": rows[1],
        "slice": {"expected": parts[0][1], "got": parts[1][1]},
        "corner": parts[0][2],
    }


def _suits(array: np.ndarray) -> bool:
    return array.ndim > 0 and array.size > 0 and array.dtype.kind in "biufc"


def _differs(expected: np.ndarray, got: np.ndarray, allowed: Tolerances) -> np.ndarray:
    """Where arrays of one shape differ by more than `assert_close` allows by default; NaN equals NaN here."""
    if expected.dtype.kind in "biu" and got.dtype.kind in "biu":
        return np.asarray(expected != got)
    with np.errstate(all="ignore"):
        wide = [array.astype(np.result_type(array, np.float64)) for array in (expected, got)]
        return ~np.isclose(wide[1], wide[0], *allowed, equal_nan=True)


def _first_difference(expected: np.ndarray, got: np.ndarray, allowed: Tolerances) -> tuple[int, ...] | None:
    differs = _differs(expected, got, allowed)
    return tuple(int(i) for i in np.unravel_index(differs.argmax(), differs.shape)) if differs.any() else None


def _part(array: np.ndarray, focus: tuple[int, ...] | None) -> tuple[np.ndarray, str, list[int]]:
    """Return the 2-D part around `focus`, what it is a part of, and the index of its first cell."""
    focus = focus or (0,) * array.ndim
    lead = focus[:-2]
    corner = [_start(i, n) for i, n in zip(focus[-2:], array.shape[-2:], strict=True)]
    window = tuple(slice(i, i + LARGEST) for i in corner)
    shown = array[lead + window]
    index = [str(i) for i in lead]
    index += [_range(i, n) for i, n in zip(corner, array.shape[-2:], strict=True)]
    note = f"shape {array.shape}"
    if shown.shape != array.shape:
        note = f"[{', '.join(index)}] of {note}"
    return np.atleast_2d(shown), note, corner if array.ndim > 1 else [0, *corner]


def _start(focus: int, length: int) -> int:
    return max(0, min(focus - LARGEST // 3, length - LARGEST))


def _range(start: int, length: int) -> str:
    return ":" if length <= LARGEST else f"{start}:{start + LARGEST}"


def _texts(
    expected: np.ndarray, got: np.ndarray, allowed: Tolerances
) -> tuple[list[list[str]], list[list[str]]]:
    """Write both tables, with as many digits as it takes to tell different cells apart."""
    rows = tuple([[_short(value, 3) for value in row] for row in array] for array in (expected, got))
    overlap = tuple(slice(min(pair)) for pair in zip(expected.shape, got.shape, strict=True))
    for (i, j), differs in np.ndenumerate(_differs(expected[overlap], got[overlap], allowed)):
        pair = expected[i, j], got[i, j]
        if not differs:
            rows[1][i][j] = rows[0][i][j]
        for digits in (4, 6, 9, 17):
            if not differs or rows[0][i][j] != rows[1][i][j]:
                break
            rows[0][i][j], rows[1][i][j] = (_short(value, digits) for value in pair)
    return rows[0], rows[1]


def _short(value: Any, digits: int) -> str:
    if value.dtype.kind in "biu":
        return str(value)
    number = value.item() + 0  # + 0 makes −0 a 0
    if value.dtype.kind == "f" and abs(number) < 1e6 and number == round(number, 0):
        return f"{number:.0f}"
    return f"{number:.{digits}g}"

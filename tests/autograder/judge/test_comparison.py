"""A picture of expected and got marks exactly the cells for which `assert_close` would complain."""

import numpy as np
import pytest

from autograder.checks import CheckFailure, assert_close
from autograder.judge.comparison import picture


def marked(expected, got):
    """The cells whose texts differ."""
    record = picture(np.asarray(expected), np.asarray(got))
    pairs = zip(record["expected"], record["got"], strict=True)
    return [
        (i, j)
        for i, (row, other) in enumerate(pairs)
        for j, (a, b) in enumerate(zip(row, other, strict=True))
        if a != b
    ]


def complains(expected, got):
    try:
        assert_close(np.asarray(got), np.asarray(expected))
    except CheckFailure:
        return True
    return False


@pytest.mark.parametrize(
    ("expected", "got", "cells"),
    [
        ([0.0, 0.0, 1.0], [0.0, 1e-17, 2.0], [(0, 2)]),  # what a Fourier transform leaves
        ([0.0, 0.0], [1e-17, 0.1], [(0, 1)]),  # also where only zeros are expected
        ([1000.0, 0.001], [1000.0, 0.0015], []),  # absolute: a sum that nearly cancels
        ([1000.0, 0.001, 1.0], [1000.0, 0.0015, 3.0], [(0, 2)]),
        (np.ones(3, np.float32), np.array([1, 1 + 3e-5, 2], np.float32), [(0, 2)]),
        (np.ones(3), np.array([1, 1 + 3e-5, 1]), [(0, 1)]),
        (np.ones(3, complex), np.array([1, 1 + 3e-5j, 2], np.complex64), [(0, 2)]),
        ([[1, 2], [3, 4]], [[1, 2], [4, 4]], [(1, 0)]),
    ],
)
def test_marked_cells_are_those_of_the_check(expected, got, cells):
    """Neither more nor fewer, however small the numbers are."""
    assert marked(expected, got) == cells
    assert complains(expected, got) == bool(cells)


def test_part_of_a_large_array_is_judged_by_the_whole():
    """What is small beside the largest number of the array stays small where that is not in the picture."""
    expected, got = np.zeros((40, 40)), np.zeros((40, 40))
    expected[39, 39] = got[39, 39] = 1e6
    got[0, 0], got[0, 1] = 1e-3, 50
    assert marked(expected, got) == [(0, 1)]


def test_single_precision_of_complex_numbers_is_enough():
    """A complex number of 64 bits has two parts of 32, and the tolerance of those."""
    values = np.exp(1j * np.linspace(0, 3, 10))
    assert not complains(values, values.astype(np.complex64) * (1 + 2e-6))
    assert complains(values, values * (1 + 2e-5))


def test_largest_of_all_numbers_have_a_picture():
    """The size of a complex number may be beyond what a number can be."""
    huge = np.array([1.7e308 + 1.7e308j, 1.0])
    assert marked(huge, np.array([1.7e308 + 1.7e308j, 2.0])) == [(0, 1)]

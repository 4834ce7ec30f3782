"""Checks shipped with the notebook: hand values only, so that students can redo them on paper."""

import numpy as np
import pytest

from autograder.checks import assert_close, fail


def pair(got):
    """Return (mean, error) of an answer, or say what is wrong with it."""
    if not isinstance(got, tuple) or len(got) != 2:
        fail("weighted_mean must return two numbers, `return mean, error`")
    return got


@pytest.mark.points(1)
@pytest.mark.question("weighted_mean")
def test_equal_errors_give_the_plain_mean(student):
    """weighted_mean of 1, 2 and 6 with equal errors must be their plain mean, 3."""
    mean, _ = pair(student.weighted_mean(np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 2.0])))
    if np.array_equal(mean, 2.25):
        fail("the mean is 2.25, expected 3: divide by the sum of the weights")
    assert_close(mean, 3.0)


@pytest.mark.points(2)
@pytest.mark.question("weighted_mean")
def test_two_measurements_by_hand(student):
    """weighted_mean of 10 ± 1 and 16 ± 2 must be 11.2 ± 0.894, since their weights are 1 and 1/4."""
    mean, error = pair(student.weighted_mean(np.array([10.0, 16.0]), np.array([1.0, 2.0])))
    if np.array_equal(mean, 13.0):
        fail("the mean is 13, expected 11.2: the errors make no difference")
    if np.array_equal(mean, 12.0):
        fail("the mean is 12, expected 11.2: the weights are 1/σ², not 1/σ")
    assert_close(mean, 11.2)
    if np.array_equal(error, 0.8):
        fail("the error is 0.8, expected 0.894: take the square root of the variance")
    assert_close(error, np.sqrt(0.8))

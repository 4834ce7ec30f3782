"""Checks never shipped: fresh random inputs, compared with an independent computation."""

import numpy as np
import pytest

from autograder.checks import assert_close, fail


def measurements(rng, n):
    """Return n values and their errors, drawn afresh."""
    return rng.normal(20.0, 3.0, size=n), rng.uniform(0.5, 4.0, size=n)


def pair(got):
    """Return (mean, error) of an answer, or say what is wrong with it."""
    if not isinstance(got, tuple) or len(got) != 2:
        fail("weighted_mean must return two numbers, `return mean, error`")
    return got


@pytest.mark.points(2)
@pytest.mark.question("weighted_mean")
def test_mean_of_many_measurements(student, rng):
    """weighted_mean must weight every one of many measurements."""
    values, errors = measurements(rng, 12)
    mean, _ = pair(student.weighted_mean(values, errors))
    assert_close(mean, np.average(values, weights=errors**-2.0))


@pytest.mark.points(2)
@pytest.mark.question("weighted_mean")
def test_error_of_many_measurements(student, rng):
    """weighted_mean must give an error that only the errors of the measurements decide."""
    values, errors = measurements(rng, 12)
    _, error = pair(student.weighted_mean(values, errors))
    assert_close(error, np.sqrt(1.0 / np.sum(errors**-2.0)))


@pytest.mark.points(1)
@pytest.mark.question("weighted_mean")
def test_one_measurement_stays_what_it_is(student, rng):
    """weighted_mean of a single measurement must be that measurement, with its error."""
    values, errors = measurements(rng, 1)
    mean, error = pair(student.weighted_mean(values, errors))
    assert_close(mean, values[0])
    assert_close(error, errors[0])


@pytest.mark.points(1)
@pytest.mark.question("weighted_mean")
def test_measurements_are_not_changed(student, rng):
    """weighted_mean must leave the arrays that it is given as they are."""
    values, errors = measurements(rng, 4)
    student.weighted_mean(values, errors)
    if student.changed:
        fail("the call changed its arguments in place; work on a copy")

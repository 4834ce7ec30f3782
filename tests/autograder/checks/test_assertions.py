"""The assertions that authors use: what holds, what does not, and what the student is told."""

import numpy as np
import pytest

from autograder.checks import (
    CheckFailure,
    PartialCredit,
    StudentError,
    assert_close,
    assert_equal,
    fail,
    partial,
)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.array([1.0, 2.0]), [1, 2]),
        (np.array(3), 3),
        (3, 3.0),
        (np.array([1.0, 2.0 + 1e-9]), np.array([1.0, 2.0])),
        (np.array([1.00005], np.float32), np.array([1.0])),
        (np.array([1e9, 1e-3]), np.array([1e9, 0.0])),  # a sum that nearly cancels may round
        (np.array([True, False]), np.array([True, False])),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([1e-17]), np.array([0.0])),  # rounding, where there is no scale
    ],
)
def test_close_values_hold(got, expected):
    """Rounding, a number in place of an array without axes, and other number types are no faults."""
    assert_close(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        (np.zeros((2, 3)), np.zeros((2, 4)), r"expected shape \(2, 4\), got shape \(2, 3\)"),
        (np.zeros(1), 0.0, r"expected shape \(\), got shape \(1,\)"),
        ([1.0, 2.0], np.array([1.0, 2.0]), r"expected an array of shape \(2,\), got a list"),
        (None, np.zeros(2), r"got None \(is there a return\?\)"),
        ("7", 7.0, "expected a number, got text"),
        (True, 1, "expected a number, got a boolean"),
        (np.array([True]), np.array([1.0]), "got an array of shape"),
        (
            np.array([1.0, np.nan]),
            np.array([1.0, np.nan]),
            "1 of 2 values are NaN or infinite, first at index 1",
        ),
        (np.array([[1.0, np.inf]]), np.array([[1.0, np.inf]]), r"first at index \(0, 1\)"),
        (float("nan"), 1.0, "1 of 1 values are NaN or infinite$"),
        (np.array([1.0, 2.1]), np.array([1.0, 2.0]), "1 of 2 values are wrong"),
        (np.array([1 + 1j]), np.array([1.0]), "1 of 1 values are wrong"),
        (2.5, 2.0, "the value is wrong"),
    ],
)
def test_what_does_not_hold_says_why(got, expected, message):
    """Shapes, kinds and places are named; NaN never holds, not even where NaN was expected."""
    with pytest.raises(CheckFailure, match=message):
        assert_close(got, expected)


def test_dtype_matters_only_where_asked():
    """float32 in and float64 out is a fault of some answers only."""
    assert_close(np.ones(2), np.ones(2, np.float32))
    with pytest.raises(CheckFailure, match="expected dtype float32, got float64"):
        assert_close(np.ones(2), np.ones(2), dtype=np.float32)


def test_values_stand_in_the_detail_only():
    """A hidden check shows the summary; numbers would print its inputs."""
    with pytest.raises(CheckFailure) as caught:
        assert_close(np.array([1.0, 2.5]), np.array([1.0, 2.0]))
    assert caught.value.summary == "1 of 2 values are wrong"
    assert caught.value.detail == "at index 1: expected 2, got 2.5"
    with pytest.raises(CheckFailure) as caught:
        assert_equal(4, 5)
    assert not any(digit in caught.value.summary for digit in "45")


@pytest.mark.parametrize(
    ("answers", "expected", "sentence"),
    [
        ([np.zeros((3, 7)), np.zeros((1, 2, 3, 4, 5, 6, 7, 8, 9)), np.zeros((0, 4711))], np.ones(2), "shape"),
        ([np.array([np.nan, 1, 1]), np.array([1, np.inf, -np.inf])], np.ones(3), "NaN or infinite"),
        ([np.array([1.0, 2, 3]), np.array([9.0, 9, 9])], np.ones(3), "some values are wrong"),
        ([np.array(3.5), 4711, 4711.0], 3.0, "the value is wrong"),
        ([[1], {"4711": 1}, "4711", (1, 2), True], np.ones(3), "expected an array, got something"),
        ([[1], {"4711": 1}, "4711", (1, 2), True], 3.0, "expected a number, got something"),
        ([None], 3.0, "got None (is there a return?)"),
    ],
)
def test_hidden_sentence_is_the_same_for_every_answer_of_its_kind(answers, expected, sentence):
    """Shapes, kinds, places, numbers and values are an answer's choice: it could spell hidden inputs."""
    said = set()
    for got in answers:
        with pytest.raises(CheckFailure) as caught:
            assert_close(got, expected)
        said.add(caught.value.hidden)
    (only,) = said
    assert sentence in only


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([2.0, "4711", [1, 2], np.ones((4, 7)), {"4": 711}], 2),
        ([[1], [1, 2, 3], [1] * 4711], [1, 2]),
        ([[1, 3], [4711, 2]], [1, 2]),
        ([3, 4711], 2),
    ],
)
def test_hidden_sentence_of_unequal_values(answers, expected):
    """The same of `assert_equal`, and of what is nested."""
    said = set()
    for got in answers:
        with pytest.raises(CheckFailure) as caught:
            assert_equal(got, expected)
        said.add(caught.value.hidden)
    (only,) = said
    assert only
    assert not any(digit in only for digit in "0123456789")


def test_hidden_sentence_of_a_dtype_names_the_expected_one():
    """That one is the check's own; fourteen others could be fourteen numbers."""
    said = set()
    for letter in "bBhHiIqQefFdD":
        if letter != "f":
            with pytest.raises(CheckFailure) as caught:
                assert_close(np.ones(2, letter), np.ones(2), dtype=np.float32)
            said.add(caught.value.hidden)
    assert said == {"expected dtype float32, got another: the numbers must keep their type"}


def test_tolerance_is_relative_to_the_largest_value():
    """0.1 % is wrong for double precision, and too much for single precision as well."""
    for dtype in (np.float32, np.float64):
        with pytest.raises(CheckFailure, match="values are wrong"):
            assert_close(np.array([1.001, 2.0], dtype), np.array([1.0, 2.0]))
    assert_close(np.array([1.001, 2.0]), np.array([1.0, 2.0]), rtol=1e-2)
    assert_close(np.array([0.1]), np.array([0.0]), rtol=0, atol=0.2)


@pytest.mark.parametrize(
    ("got", "expected"),
    [(2, 2), (np.array(2), 2), ("a", "a"), ([1, 2], [1, 2]), ((1, "a"), (1, "a")), (None, None), (0.5, 0.5)],
)
def test_equal_values_hold(got, expected):
    """An integer without axes is an int: numpy's own functions return those."""
    assert_equal(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        (2.0, 2, "expected an integer, got a float"),
        (True, 1, "expected an integer, got a boolean"),
        ([1, 2], (1, 2), "expected a tuple, got a list"),
        ([1], [1, 2], "expected 2 items, got 1"),
        (np.array([2]), 2, "got an array of shape"),
        (3, 2, "the value is wrong"),
        (float("nan"), float("nan"), "the value is wrong"),
        (np.array([1, 3]), np.array([1, 2]), "1 of 2 values are wrong"),
    ],
)
def test_unequal_values_do_not_hold(got, expected, message):
    """Kind and value both count."""
    with pytest.raises(CheckFailure, match=message):
        assert_equal(got, expected)


def test_fail_and_partial_end_the_check():
    """Both carry a message of the author's own."""
    with pytest.raises(CheckFailure, match="turn it round"):
        fail("turn it round")
    with pytest.raises(PartialCredit) as caught:
        partial(0.25, "a quarter is right")
    assert (caught.value.fraction, caught.value.message) == (0.25, "a quarter is right")


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_partial_refuses_what_is_no_part(fraction):
    """NaN would count as full marks in some gradebooks."""
    with pytest.raises(ValueError, match="expected a number from 0 to 1"):
        partial(fraction, "")


def test_student_error_keeps_the_students_words():
    """A check may expect an error of a certain type."""
    error = StudentError("ValueError", "too small")
    assert (error.type_name, error.message, str(error)) == (
        "ValueError",
        "too small",
        "ValueError: too small",
    )

"""From how a check ended to points and words: fail closed, and say nothing of hidden inputs."""

import numpy as np
import pytest

from autograder.checks import CheckFailure, PartialCredit, StudentError
from autograder.errors import PlayerDied
from autograder.judge.verdict import shown_figures, verdict, without_points
from autograder.judge.vocabulary import NOT_SHOWN, Vocabulary
from autograder.result import CheckSpec

PUBLIC = CheckSpec("test_a", "conv2d", 4, "public", "conv2d must work.")
HIDDEN = CheckSpec("test_b", "conv2d", 4, "hidden", "conv2d must work.")


def raised(error):
    """Return `error` with a traceback, as pytest finds it."""
    try:
        raise error
    except BaseException as caught:
        return caught


def test_only_a_check_that_ran_through_passes():
    """No exception, full points; anything else earns none."""
    assert (verdict(PUBLIC, None).status, verdict(PUBLIC, None).points) == ("passed", 4)
    others = [
        AssertionError(),
        ValueError("x"),
        StudentError("E", "x"),
        CheckFailure("x"),
        SystemExit(0),
        KeyboardInterrupt(),
    ]
    for error in others:
        result = verdict(PUBLIC, raised(error))
        assert (result.status, result.points, result.max) == ("failed", 0, 4), error


def test_skipped_check_is_not_passed():
    """A check that skips itself for what the student returned would be a way around it."""
    result = verdict(PUBLIC, raised(pytest.skip.Exception("no")))
    assert (result.status, result.points) == ("not_run", 0)
    assert "counts as not passed" in result.message


@pytest.mark.parametrize(
    ("fraction", "status", "points"), [(0.0, "failed", 0), (0.5, "partial", 2), (1.0, "passed", 4)]
)
def test_partial_credit_is_a_part_of_the_points(fraction, status, points):
    """The fraction has been checked where it was given."""
    result = verdict(PUBLIC, PartialCredit(fraction, "so far"))
    assert (result.status, result.points, result.message) == (status, points, "so far")


@pytest.mark.parametrize("kind", ["timeout", "crashed", "protocol_error"])
def test_death_of_the_player_counts_even_if_swallowed(kind):
    """A check that catches everything, or a later exception, does not hide it."""
    death = PlayerDied(kind, "It is gone.")
    for ended in (None, death, AssertionError("other")):
        result = verdict(PUBLIC, ended, death=death)
        assert (result.status, result.points, result.message) == (kind, 0, "It is gone.")


def test_hidden_check_shows_no_words_of_the_students():
    """The text, and the type's name, of a student's exception could carry the hidden inputs out."""
    shown = verdict(HIDDEN, StudentError("Input_was_37", "x = 37")).message
    assert "37" not in shown
    assert "raised an error" in shown
    assert verdict(PUBLIC, StudentError("Input_was_37", "x = 37")).message == "Input_was_37: x = 37"


def test_hidden_check_shows_its_fixed_sentence_alone():
    """Numbers, values and pictures are for public checks."""
    failure = CheckFailure(
        "37 of 2 values are wrong", "expected 2, got 37", np.zeros(2), np.ones(2), hidden="some are wrong"
    )
    assert verdict(HIDDEN, failure).message == "some are wrong"
    assert verdict(HIDDEN, failure).picture is None
    shown = verdict(PUBLIC, failure)
    assert shown.message == "37 of 2 values are wrong; expected 2, got 37"
    assert shown.picture["expected"] != shown.picture["got"]


@pytest.mark.parametrize("ended", [CheckFailure, AssertionError, lambda text: PartialCredit(0.5, text)])
def test_hidden_check_says_only_words_of_its_file(ended):
    """What an author puts into a message at run time may be the answer's choice; a public check shows it."""
    words = Vocabulary(['fail(f"the loss is {loss}, too large")'])
    said = ended("the loss is 4711.0815, too large")
    assert verdict(HIDDEN, raised(said), vocabulary=words).message == "the loss is …, too large"
    assert verdict(HIDDEN, raised(said)).message == NOT_SHOWN
    assert verdict(PUBLIC, raised(said)).message == "the loss is 4711.0815, too large"


def test_hidden_figures_hold_no_numbers_of_the_answers():
    """A history is the answer's own numbers, and a box has as many digits as it likes."""
    boxes = {"kind": "images", "images": [{"got": [1.234, 5.678, 9.0, 9.5], "truth": [1.25, 2, 3, 4]}]}
    figures = ({"kind": "history", "lines": []}, boxes, {"kind": "images", "images": [{"got": None}]})
    assert shown_figures(PUBLIC, figures) == figures
    first, second = shown_figures(HIDDEN, figures)
    assert first["images"][0] == {"got": [1.0, 6.0, 9.0, 10.0], "truth": [1.25, 2, 3, 4]}
    assert second["images"][0]["got"] is None


def test_plain_assert_shows_its_own_message_or_its_line():
    """A public check without a message shows what it asks; a hidden one shows its docstring only."""
    words = Vocabulary(['assert dtype, "keep the dtype"'])
    said = raised(AssertionError("keep the dtype"))
    assert verdict(HIDDEN, said, vocabulary=words).message == "keep the dtype"

    def check():
        assert 1 + 1 == 3

    try:
        check()
    except AssertionError as error:
        error.args = ()  # as without pytest's rewriting
        assert verdict(PUBLIC, error).message == "does not hold: assert 1 + 1 == 3"
        assert verdict(HIDDEN, error).message == ""


def test_check_that_breaks_on_a_value_is_failed_and_says_so():
    """An author's check that trips over a student's value fails closed."""
    trip = raised(AttributeError("'str' object has no attribute 'shape'"))
    result = verdict(PUBLIC, trip)
    assert result.message == "This check could not make sense of what it got (AttributeError)."
    assert verdict(HIDDEN, trip).message == "This check could not make sense of what it got."


def test_blank_answer_is_named_as_such():
    """NotImplementedError is what an untouched answer raises."""
    for spec in (PUBLIC, HIDDEN):
        assert verdict(spec, StudentError("NotImplementedError", "")).message == "Not answered yet."


def test_without_points_runs_nothing():
    """A check that was decided without running has its place in the result all the same."""
    result = without_points(HIDDEN, "not_run", "why")
    assert (result.id, result.points, result.max, result.status, result.message) == (
        "test_b",
        0,
        4,
        "not_run",
        "why",
    )

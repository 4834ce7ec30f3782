"""What a check says of the predictions of a model: shape, logits, and points on a scale."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import CheckFailure, PartialCredit, assert_logits, assert_shape, scale
from autograder.judge.verdict import verdict
from autograder.result import CheckSpec


def points(*args, **kwargs) -> float:
    """Return the part of the points that `scale` gives."""
    with pytest.raises(PartialCredit) as caught:
        scale(*args, **kwargs)
    return caught.value.fraction


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, 0), (0.699, 0), (0.7, 0.5), (0.74, 0.7), (0.775, 0.88), (0.8, 1), (0.93, 1), (1.0, 1)],
)
def test_points_grow_linearly_from_half_to_full(value, expected):
    """Nothing below the lower threshold, half at it, all from the upper one on."""
    assert points(value, half=0.7, full=0.8) == expected


def test_less_may_be_better():
    """An error earns by being small."""
    values = [points(value, half=0.12, full=0.06) for value in (0.2, 0.12, 0.09, 0.06, 0.0)]
    assert values == [0, 0.5, 0.75, 1, 1]


def test_one_standard_error_counts_for_the_student():
    """√(0.8·0.2/1600) = 0.01: 0.79 of 1600 reaches 0.80 within a standard error, 0.789 does not."""
    assert points(0.7901, half=0.6, full=0.8, n=1600) == 1
    assert points(0.78, half=0.6, full=0.8, n=1600) == 0.98
    assert points(0.695, half=0.7, full=0.8, error=0.006) == 0.51
    assert points(0.125, half=0.12, full=0.06, error=0.006) == 0.51
    assert points(0.693, half=0.7, full=0.8, error=0.006) == 0


def test_message_has_value_band_and_thresholds():
    """The student reads what was measured, on what, how sure it is, and what was needed."""
    with pytest.raises(PartialCredit) as caught:
        scale(0.812, n=2000)
    assert caught.value.message == (
        "accuracy 0.812 ± 0.009 on 2,000 new images: full marks from 0.850, half from 0.700"
    )
    with pytest.raises(PartialCredit) as caught:
        scale(0.0712, half=0.12, full=0.06, name="mean absolute error", error=0.001, n=500, on="sequences")
    assert caught.value.message == (
        "mean absolute error 0.071 ± 0.001 on 500 sequences: full marks up to 0.060, half up to 0.120"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("nan")])
def test_what_is_no_number_earns_nothing(value):
    """NaN never passes, on either kind of scale."""
    for half, full in ((0.7, 0.8), (0.8, 0.7)):
        with pytest.raises(CheckFailure, match=r"accuracy is (nan|inf), not a number that can be graded"):
            scale(value, half=half, full=full)


@pytest.mark.parametrize("error", [float("inf"), float("nan"), np.float32("inf")])
def test_an_error_that_is_no_number_earns_nothing(error):
    """An infinite spread once moved any value to full marks."""
    for half, full in ((0.7, 0.8), (0.12, 0.07)):
        with pytest.raises(CheckFailure, match=r"the error of accuracy is (nan|inf), not a number"):
            scale(0.5, half=half, full=full, error=error, n=500)


@pytest.mark.parametrize("error", [0.05, 1.0, 1e200])
def test_an_error_counts_up_to_half_the_distance_of_the_thresholds(error):
    """However large the spread of an answer is, it is worth a quarter of the points at most."""
    assert points(0.7, half=0.7, full=0.8, error=error) == 0.75
    assert points(0.12, half=0.12, full=0.06, error=error) == 0.75
    assert points(0.6499, half=0.7, full=0.8, error=error) == 0
    with pytest.raises(PartialCredit, match=r"^accuracy 0\.700 ± 0\.050:"):
        scale(0.7, half=0.7, full=0.8, error=error)


@pytest.mark.parametrize(
    ("value", "scaled", "said"),
    [
        (0.8123, {}, "accuracy 0.810 (rounded) on 100 new images: full marks from 0.850, half from 0.700"),
        (0.8101, {}, "accuracy 0.810 (rounded) on 100 new images: full marks from 0.850, half from 0.700"),
        (4711.0815, {"half": 0.12, "full": 0.06, "error": 0.0471}, "accuracy above 1.000 on 100"),
        (-4711.0815, {"half": 0.12, "full": 0.06, "error": 0.0471}, "accuracy below 0.000 on 100"),
    ],
)
def test_hidden_scale_tells_the_measure_in_steps(value, scaled, said):
    """A model may choose which of a thousand predictions are wrong, and so a number with any digits."""
    with pytest.raises(PartialCredit) as caught:
        scale(value, n=100, **scaled)
    assert caught.value.hidden.startswith(said)
    assert "±" not in caught.value.hidden


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"value": 0.5, "half": 0.7, "full": 0.7}, "half and full are both 0.7"),
        ({"value": 0.5, "error": -0.1}, "error is -0.1; expected a standard error, 0 or more"),
        ({"value": 1.5, "n": 10}, "1.5 of 10 is no proportion; give its error"),
        ({"value": 0.5, "n": 0}, "0.5 of 0 is no proportion"),
    ],
)
def test_scale_refuses_what_the_author_cannot_mean(arguments, message):
    """A mistake of the author's is an error of the check, not a score."""
    with pytest.raises(ValueError, match=message):
        scale(**arguments)


def test_full_marks_keep_the_message():
    """A passed check shows the measure too."""
    with pytest.raises(PartialCredit) as caught:
        scale(0.99, n=100)
    result = verdict(CheckSpec("t", "q", 3, "hidden", "Must."), caught.value)
    assert (result.status, result.points) == ("passed", 3)
    assert result.message.startswith("accuracy 0.990")


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (np.zeros((5, 3)), r"expected shape \(5, 2\), got shape \(5, 3\)"),
        (np.zeros(5), r"expected shape \(5, 2\), got shape \(5,\)"),
        (np.zeros((5, 2), bool), r"expected an array of shape \(5, 2\), got an array of shape"),
        (np.zeros((5, 2), complex), r"expected an array of shape \(5, 2\), got an array .* dtype complex128"),
        ([[0.0, 1.0]] * 5, "got a list"),
        (None, "got None"),
        (np.array([[0.0, np.nan]] * 5), "5 of 10 predictions are NaN or infinite"),
        (np.array([[0.0, np.inf]] * 5), "5 of 10 predictions are NaN or infinite"),
    ],
)
def test_wrong_shape_is_named(got, message):
    """Both shapes, the kind of a value that is no array, and numbers that are none."""
    with pytest.raises(CheckFailure, match=message):
        assert_shape(got, (5, 2))


def softmax(x: np.ndarray) -> np.ndarray:
    """The usual one."""
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


LOGITS = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (softmax(LOGITS), "are probabilities .* leave out the softmax"),
        (softmax(LOGITS).astype(np.float16), "are probabilities"),
        (softmax(LOGITS[:, None]), "are probabilities"),
        (1 / (1 + np.exp(-LOGITS[:, :1])), "leave out the sigmoid"),
        (1 / (1 + np.exp(-LOGITS[:, 0])), "leave out the sigmoid"),
        (LOGITS * np.nan, "are NaN or infinite"),
        (3.0, "expected logits, got a float"),
        (np.array(3.0), "expected logits, got an array of shape"),
    ],
)
def test_probabilities_are_no_logits(got, message):
    """What a softmax or a sigmoid makes is recognised, whatever its precision."""
    with pytest.raises(CheckFailure, match=message):
        assert_logits(got)


@pytest.mark.parametrize("got", [LOGITS, LOGITS[:, :1], LOGITS[:, 0], np.log(softmax(LOGITS)), LOGITS[:0]])
def test_logits_are_logits(got):
    """Any other finite numbers are; so are logarithms of probabilities."""
    assert_logits(got)


def test_right_shape_holds():
    """Nothing is raised."""
    assert_shape(LOGITS, (20, 3))

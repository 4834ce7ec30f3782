"""The record of a grade: it can hold no impossible score, and survives being written and read."""

import json

import pytest

from autograder.result import CheckResult, Flag, Result


def check(points=1.0, status="passed", most=2.0):
    """A check's result."""
    return CheckResult("test_a", "q", "It must work.", points, most, status, "public")


def test_score_is_the_sum_of_points():
    """The score is never stored beside the points, so the two cannot differ."""
    result = Result("a", "s", "graded", 3, (check(0.1), check(0.2)))
    assert result.score == pytest.approx(0.3, abs=1e-15)


def test_infrastructure_error_has_no_score():
    """Our own fault must never be read as a zero."""
    result = Result("a", "s", "infrastructure_error", 3, reason="disk full")
    assert result.score is None
    assert json.loads(result.dumps())["score"] is None


@pytest.mark.parametrize("points", [-1, 2.5, float("nan"), float("inf")])
def test_impossible_points_are_refused(points):
    """NaN, negative points and more than the maximum are errors of ours, found here."""
    with pytest.raises(ValueError, match="expected a number from 0 to 2"):
        check(points)


def test_unknown_words_are_refused():
    """Statuses are a closed list."""
    with pytest.raises(ValueError, match="status of test_a is 'fine'"):
        check(status="fine")
    with pytest.raises(ValueError, match="status is 'fine'"):
        Result("a", "s", "fine", 3)


def test_json_round_trip_keeps_everything_and_sums_anew():
    """A score edited in a file is not believed."""
    result = Result(
        "a", "s", "graded", 2, (check(),), (Flag("kind", "Text.", "q"),), environment={"seed": "1"}
    )
    record = json.loads(result.dumps())
    record["score"] = 1000
    assert Result.from_json(record) == result
    assert Result.from_json(record).score == 1


def test_other_schema_is_refused():
    """A file of another version is not guessed at."""
    with pytest.raises(ValueError, match="this version reads 'autograder/result-1'"):
        Result.from_json({"schema": "autograder/result-9"})

"""The published schema of results: it takes every result that we write, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator, ValidationError

import autograder
from autograder.assignment import load_assignment
from autograder.judge.comparison import picture
from autograder.referee import Referee
from autograder.result import (
    CHECK_STATUSES,
    SCHEMA,
    SUBMISSION_STATUSES,
    VISIBILITIES,
    CheckResult,
    Flag,
    Result,
)

FORM = json.loads(
    (Path(autograder.__file__).parent / "schemas" / "result-1.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(FORM)


def record(status: str = "graded") -> dict:
    """The JSON form of a result with a picture, a flag and every status of a check."""
    table = picture(np.eye(3), np.zeros((3, 3)))
    checks = tuple(
        CheckResult(
            f"t{i}", "conv2d", "Sentence.", 0.0, 1.0, name, VISIBILITIES[i % 2], "message", table, 0.1
        )
        for i, name in enumerate(CHECK_STATUSES)
    )
    flags = (Flag("moved", "A cell was moved."), Flag("moved", "Another.", "conv2d"))
    result = Result("convolution", "ada", status, 7.0, checks, flags, "reason", 1.0)
    return json.loads(result.dumps())


def parts(form: dict, at: str = "#") -> Iterator[tuple[str, dict]]:
    """Every schema of an object within a schema, with its place."""
    if form.get("type") == "object":
        yield at, form
    for key in ("properties", "$defs"):
        for name, inner in form.get(key, {}).items():
            yield from parts(inner, f"{at}/{key}/{name}")


def test_schema_is_a_schema_and_has_our_name():
    """The file itself is valid, and says which form it is."""
    Draft202012Validator.check_schema(FORM)
    assert FORM["properties"]["schema"]["const"] == SCHEMA


@pytest.mark.parametrize("status", SUBMISSION_STATUSES)
def test_every_result_is_valid(status):
    """A result of each status, as written, fits the schema and is read back as the same."""
    VALIDATOR.validate(record(status))
    assert Result.from_json(record(status)).to_json() == record(status)


def test_result_of_the_grader_is_valid():
    """What the grader really writes, with its whole environment, fits the schema."""
    assignment = load_assignment("conv_arithmetic", Path(__file__).parents[2] / "assignments")
    with Referee(assignment, seed=1) as referee:
        result = referee.grade_notebook("ada", referee.released).result
    assert result.status == "graded", result.reason
    VALIDATOR.validate(json.loads(result.dumps()))


def test_schema_is_closed_and_described():
    """No object takes unknown keys, and each key says what it means."""
    for at, form in parts(FORM):
        assert form["additionalProperties"] is not True, at
        for name, inner in form["properties"].items():
            assert "description" in inner or "$ref" in inner, f"{at}/{name}"


def test_schema_names_the_statuses_of_the_code():
    """Schema and code list the same words."""
    check = FORM["$defs"]["check"]["properties"]
    assert tuple(FORM["properties"]["status"]["enum"]) == SUBMISSION_STATUSES
    assert tuple(check["status"]["enum"]) == CHECK_STATUSES
    assert tuple(check["visibility"]["enum"]) == VISIBILITIES


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"extra": 1}, "Additional properties are not allowed"),
        ({"score": None}, "None is not of type 'number'"),
        ({"status": "infrastructure_error"}, "is not of type 'null'"),
        ({"schema": "autograder/result-2"}, "was expected"),
        ({"flags": [{"kind": "x", "text": "y"}]}, "'question' is a required property"),
        ({"score": -1}, "less than the minimum"),
    ],
)
def test_schema_refuses_what_is_no_result(changes, message):
    """Unknown keys, a missing score, our fault with a score, another version: each is refused."""
    with pytest.raises(ValidationError, match=message):
        VALIDATOR.validate(record() | changes)

"""What grading one submission says: the record behind `result.json`, feedback, reports and gradebooks.

The JSON form is published and versioned in `schemas/result-1.json`.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = "autograder/result-1"

CHECK_STATUSES = ("passed", "failed", "partial", "timeout", "crashed", "protocol_error", "not_run")
SUBMISSION_STATUSES = ("graded", "rejected", "infrastructure_error")
VISIBILITIES = ("public", "hidden")
# What a check says of an answer that is still its stub.
NOT_ANSWERED_YET = "Not answered yet."
# Rows and columns of a picture of expected and got.
PICTURE_CELLS = 12


@dataclass(frozen=True)
class CheckSpec:
    """One check as it stands in the manifest, which is fixed before any student code runs.

    Attributes:
        id: name of the check function, unique in its assignment.
        question: id of the question that it belongs to.
        points: what it is worth.
        visibility: "public" (shipped to the student) or "hidden".
        description: its docstring's first paragraph on one line: the sentence that the student reads.
    """

    id: str
    question: str
    points: float
    visibility: str
    description: str


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    `message` may be shown to the student as it is. `picture` is None or
    `{"expected": nested list, "got": nested list}` of a failed public check, at most 2-D and 12 by 12.
    `figures` are the records of what the check showed (`checks.figures`), for the student in any case.
    `duration` (seconds) is for the instructor: student code chooses it, so feedback never shows it.
    """

    id: str
    question: str
    description: str
    points: float
    max: float
    status: str
    visibility: str
    message: str = ""
    picture: dict[str, Any] | None = None
    duration: float = 0.0
    figures: tuple[dict[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if self.status not in CHECK_STATUSES:
            raise ValueError(f"status of {self.id} is {self.status!r}; expected one of {CHECK_STATUSES}")
        if not (math.isfinite(self.points) and 0 <= self.points <= self.max):
            raise ValueError(f"points of {self.id} are {self.points}; expected a number from 0 to {self.max}")


@dataclass(frozen=True)
class Flag:
    """Something an instructor should see: `kind` is a short fixed word, `text` a sentence, `question` an id
    or None."""

    kind: str
    text: str
    question: str | None = None


@dataclass(frozen=True)
class Result:
    """The grade of one submission, or the reason why there is none.

    `reason` explains a status other than "graded". `environment` holds seed, hashes, sandbox rung and
    versions. `answers` is the student's own code by question, for the feedback: cut, and with nothing unseen.
    """

    assignment: str
    student: str
    status: str
    max_score: float
    checks: tuple[CheckResult, ...] = ()
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    duration: float = 0.0
    environment: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.status not in SUBMISSION_STATUSES:
            raise ValueError(f"status is {self.status!r}; expected one of {SUBMISSION_STATUSES}")

    @property
    def score(self) -> float | None:
        """Points earned; None where we failed to grade, so that our fault can never be read as a zero."""
        if self.status == "infrastructure_error":
            return None
        return math.fsum(check.points for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain JSON types, in the form of `schemas/result-1.json`."""
        record = asdict(self)
        record["checks"] = [asdict(check) | {"figures": list(check.figures)} for check in self.checks]
        record["flags"] = [asdict(flag) for flag in self.flags]
        return {"schema": SCHEMA, "score": self.score, **record}

    def dumps(self) -> str:
        """Return `to_json` as text. NaN is refused: it is no JSON, and no score."""
        return json.dumps(self.to_json(), indent=2, allow_nan=False, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Result:
        """Rebuild a result from `to_json`'s form; the score is summed again, never read."""
        if record.get("schema") != SCHEMA:
            raise ValueError(f"result has schema {record.get('schema')!r}; this version reads {SCHEMA!r}")
        fields = {k: v for k, v in record.items() if k not in ("schema", "score", "checks", "flags")}
        checks = tuple(
            CheckResult(**{**check, "figures": tuple(check.get("figures", ()))}) for check in record["checks"]
        )
        flags = tuple(Flag(**flag) for flag in record["flags"])
        return cls(checks=checks, flags=flags, **fields)

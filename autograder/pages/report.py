"""What an instructor reads about a class: statuses, scores, pass rates, flags, times, students."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean, median
from typing import Any
from urllib.parse import quote

from autograder.files import student_folder, write_atomically
from autograder.pages.feedback import STATUSES
from autograder.pages.html import page, render
from autograder.result import CHECK_STATUSES, SUBMISSION_STATUSES, CheckResult, Result

BINS = 10
_WIDTH, _HEIGHT, _FLOOR, _LEFT, _RIGHT = 560, 200, 165, 10, 535
STATUS_WORDS = {"graded": "graded", "rejected": "rejected", "infrastructure_error": "not graded: our fault"}


def render_report(results: Iterable[Result], title: str) -> str:
    """Return the report on a class as one self-contained HTML page.

    Args:
        results: one a student, in any order and of any status.
        title: of the assignment, for people.
    """
    ordered = sorted(results, key=lambda result: (result.student.casefold(), result.student))
    scored = [result for result in ordered if result.score is not None]
    body = render(
        "report.html",
        title=title,
        count=len(ordered),
        facts=_facts(ordered, scored),
        histogram=_histogram(scored),
        questions=_by_question(ordered),
        checks=_pass_rates(ordered),
        flags=[(result.student, flag) for result in ordered for flag in result.flags],
        students=[_student(result) for result in ordered],
    )
    return page(f"{title}: class report", body)


def write_report(results: Iterable[Result], folder: Path, title: str) -> Path:
    """Write `report.html` beside the students' folders, whole or not at all; return its path."""
    return write_atomically(Path(folder) / "report.html", render_report(results, title))


def feedback_link(student: str) -> str:
    """Return the relative link to a student's feedback, in the folder where their results lie.

    >>> feedback_link("ada lovelace")
    './ada%20lovelace/feedback.html'
    """
    return f"./{quote(student_folder(Path(), student).name, safe='', errors='replace')}/feedback.html"


def seconds(value: float) -> str:
    """Return a duration for people: milliseconds below a second, else seconds with one decimal.

    >>> seconds(0.0162), seconds(71.23)
    ('16 ms', '71.2 s')
    """
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"


def _facts(ordered: list[Result], scored: list[Result]) -> list[tuple[str, str, str]]:
    """(what, value, remark): the numbers at the head of the report."""
    counts = Counter(result.status for result in ordered)
    facts = [
        (STATUS_WORDS[status], str(counts[status]), "")
        for status in SUBMISSION_STATUSES
        if counts[status] or status == "graded"
    ]
    if scored:
        shares = [_share(result) for result in scored]
        facts.append(("median score", f"{100 * median(shares):.0f} %", f"mean {100 * fmean(shares):.0f} %"))
    if ordered:
        slowest = max(ordered, key=lambda result: result.duration)
        typical = seconds(median(result.duration for result in ordered))
        facts.append(("median time", typical, f"slowest {seconds(slowest.duration)}"))
    return facts


def _share(result: Result) -> float:
    """The score as a part of what can be reached, from 0 to 1."""
    return min(1.0, (result.score or 0.0) / result.max_score) if result.max_score else 0.0


def _histogram(scored: list[Result]) -> dict[str, Any]:
    """Counts of scores in ten equal bins, the last with full marks, and where to draw them (pixels)."""
    counts = [0] * BINS
    for result in scored:
        counts[min(BINS - 1, math.floor(_share(result) * BINS + 1e-9))] += 1
    tallest, step = max([*counts, 1]), (_RIGHT - _LEFT) / BINS
    columns = []
    for i, count in enumerate(counts):
        height = round((_FLOOR - 25) * count / tallest, 1)
        left, low = round(_LEFT + i * step, 1), 100 * i // BINS
        columns.append(
            {
                "label": f"{low} to {'100' if i == BINS - 1 else f'below {low + 100 // BINS}'} %",
                "low": low,
                "count": count,
                "x": left + 3,
                "middle": round(left + step / 2, 1),
                "edge": left,
                "width": round(step - 6, 1),
                "y": round(_FLOOR - height, 1),
                "height": height,
            }
        )
    return {
        "columns": columns,
        "width": _WIDTH,
        "height": _HEIGHT,
        "floor": _FLOOR,
        "left": _LEFT,
        "right": _RIGHT,
    }


def _by_question(ordered: list[Result]) -> list[dict[str, Any]]:
    """One row a question, in the order of the assignment: who earned all, some or none of its points."""
    parts: dict[str, list[float]] = {}
    for result in ordered:
        earned: dict[str, list[CheckResult]] = {}
        for check in result.checks if result.status == "graded" else ():
            earned.setdefault(check.question, []).append(check)
        for question, checks in earned.items():
            points, most = (math.fsum(getattr(c, name) for c in checks) for name in ("points", "max"))
            parts.setdefault(question, []).append(points / most)
    return [
        {
            "name": question,
            "all": sum(share == 1 for share in shares),
            "some": sum(0 < share < 1 for share in shares),
            "none": sum(share == 0 for share in shares),
            "percent": round(100 * fmean(shares), 1),
        }
        for question, shares in parts.items()
    ]


def _pass_rates(ordered: list[Result]) -> list[dict[str, Any]]:
    """One row a check, by question: in how many graded submissions it ended how."""
    outcomes: dict[str, list[CheckResult]] = {}
    for result in ordered:
        for check in result.checks if result.status == "graded" else ():
            outcomes.setdefault(check.id, []).append(check)
    rows = []
    for name, found in outcomes.items():
        counts = Counter(check.status for check in found)
        others = [s for s in CHECK_STATUSES if s != "passed" and counts[s]]
        passed = 100 * counts["passed"] / len(found)
        earned = 100 * fmean(check.points / check.max for check in found)
        rows.append(
            {
                "id": name,
                "first": found[0],
                "passed": counts["passed"],
                "count": len(found),
                "percent": round(passed, 1),
                "partly": round(max(0.0, earned - passed), 1),
                "mean": fmean(check.points for check in found),
                "others": ", ".join(f"{counts[s]} {STATUSES[s][2]}" for s in others),
            }
        )
    return sorted(rows, key=lambda row: row["first"].question)


def _student(result: Result) -> dict[str, Any]:
    return {
        "name": result.student,
        "link": feedback_link(result.student),
        "status": result.status,
        "word": STATUS_WORDS[result.status],
        "score": result.score,
        "max": result.max_score,
        "percent": round(100 * _share(result), 1),
        "reason": result.reason,
        "flags": len(result.flags),
        "time": seconds(result.duration),
    }

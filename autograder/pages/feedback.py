"""What a student reads about a submission: a page of its own, or a fragment for the output of a cell.

The page shows first what is to be mended: questions with checks that did not pass, open, with the student's
own code beside them and a link to what the book says; then, folded to a line each, those that are done.

Durations are never shown: the student's code chooses them, and so could tell of hidden inputs through them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.files import write_atomically
from autograder.pages.comparison import picture_html
from autograder.pages.figures import figure_html
from autograder.pages.html import clean_fragment, page, render
from autograder.pages.reading import Reading
from autograder.result import NOT_ANSWERED_YET, CheckResult, Result

MOST_FLAGS = 50
_LONG_LINES = 12

# status: (tone, icon, word, what to say where the check left no message)
STATUSES = {
    "passed": ("passed", "✓", "passed", ""),
    "partial": ("partial", "½", "partly", ""),
    "failed": ("failed", "✗", "not passed", ""),
    "timeout": (
        "failed",
        "…",
        "out of time",
        "Your code did not finish in the time that this check allows. Look for a loop that never ends.",
    ),
    "crashed": (
        "failed",
        "!",
        "crashed",
        "Python itself stopped while your code ran: it left the program, or needed too much memory.",
    ),
    "protocol_error": (
        "failed",
        "?",
        "no answer",
        "What came back from your function could not be read as numbers, text, lists or arrays.",
    ),
    "not_run": ("neutral", "–", "not run", "This check was not run."),
}

NOTICES = {
    "rejected": {
        "tone": "failed",
        "heading": "Your submission could not be read",
        "text": "We could not use the file that you handed in, so no check was run. The reason:",
        "advice": "Open the notebook once more, save it, and hand it in again, or ask your instructor.",
    },
    "infrastructure_error": {
        "tone": "partial",
        "heading": "We could not grade your submission",
        "text": "This is our fault, not yours. There is no score, which does not mean zero points: "
        "your submission is safe and will be graded again.",
        "advice": "You need not do anything.",
    },
}


def render_feedback(result: Result, title: str, reading: Mapping[str, Reading] | None = None) -> str:
    """Return the feedback on one submission as one self-contained HTML page.

    Args:
        result: of any status. Its texts may come from anybody.
        title: of the assignment, for people.
        reading: question → what to read of the book.
    """
    reading = reading or {}
    questions = _questions(result, reading)
    body = render(
        "feedback.html",
        title=title,
        result=result,
        percent=round(100 * (result.score or 0) / result.max_score, 2) if result.max_score else 0,
        notice=_notice(result),
        questions=questions,
        ordered=sorted(questions, key=lambda question: question["done"]),
        flags=result.flags[:MOST_FLAGS],
        more_flags=max(0, len(result.flags) - MOST_FLAGS),
        has_hidden=any(check.visibility == "hidden" for check in result.checks),
        has_figures=any(check.visibility == "hidden" and check.figures for check in result.checks),
        origin=_origin(result),
    )
    return page(f"{title}: feedback", body, _addresses(reading))


def feedback_fragment(
    result: Result,
    question: str | None = None,
    note: str = "",
    reading: Mapping[str, Reading] | None = None,
) -> str:
    """Return the feedback on one question, or on all, as HTML to embed: no `<style>`, no ids, no script.

    Args:
        result: of any status; one that was not graded gives the notice instead of checks.
        question: id of a question; None for all of them.
        note: a last line, such as what was not checked.
        reading: question → what to read of the book.
    """
    reading = reading or {}
    known = _questions(result, reading, inline=True)
    questions = [each for each in known if question is None or each["name"] == question]
    html = render("fragment.html", inline=True, notice=_notice(result), questions=questions, note=note)
    return clean_fragment(html, _addresses(reading))


def notice_fragment(heading: str, text: str) -> str:
    """Return a notice as HTML to embed, where there is nothing to show but words."""
    notice = {"heading": heading, "text": text, "reason": ""}
    return clean_fragment(render("fragment.html", inline=True, notice=notice, questions=[], note=""))


def write_feedback(
    result: Result, folder: Path, title: str, reading: Mapping[str, Reading] | None = None
) -> Path:
    """Write `feedback.html` into a student's folder of results, whole or not at all; return its path."""
    return write_atomically(Path(folder) / "feedback.html", render_feedback(result, title, reading))


def _addresses(reading: Mapping[str, Reading]) -> set[str]:
    return {each.address for each in reading.values() if each.address}


def _notice(result: Result) -> dict[str, str] | None:
    """What to say instead of checks; the reason of an infrastructure error is the instructor's to read."""
    if result.status == "graded":
        return None
    return NOTICES[result.status] | {"reason": result.reason if result.status == "rejected" else ""}


def _questions(result: Result, reading: Mapping[str, Reading], inline: bool = False) -> list[dict[str, Any]]:
    """Group the checks by question, both in the order of the manifest."""
    if result.status != "graded":
        return []
    groups: dict[str, list[CheckResult]] = {}
    for check in result.checks:
        groups.setdefault(check.question, []).append(check)
    return [
        _question(name, checks, result.answers.get(name, ""), reading.get(name), inline)
        for name, checks in groups.items()
    ]


def _question(
    name: str, checks: list[CheckResult], code: str, reading: Reading | None, inline: bool
) -> dict[str, Any]:
    shown = [_check(check, inline) for check in checks]
    to_mend = [check for check in shown if check["word"] != STATUSES["passed"][2]]
    return {
        "name": name,
        "points": sum(check.points for check in checks),
        "max": sum(check.max for check in checks),
        "checks": shown,
        "to_mend": to_mend,
        "passed": [check for check in shown if check not in to_mend],
        "done": not to_mend,
        "code": "" if all(check.message == NOT_ANSWERED_YET for check in checks) else code,
        "reading": reading,
    }


def _check(check: CheckResult, inline: bool) -> dict[str, Any]:
    tone, icon, word, otherwise = STATUSES[check.status]
    message = check.message.strip() or otherwise
    hidden = check.visibility == "hidden"
    picture = "" if check.picture is None or hidden else Markup(picture_html(check.picture, inline=inline))
    return {
        "description": check.description,
        "points": check.points,
        "max": check.max,
        "tone": tone,
        "icon": icon,
        "word": word,
        "hidden": hidden,
        "message": message,
        "long": message.count("\n") > _LONG_LINES or len(message) > 1000,
        "picture": picture,
        "figures": [Markup(figure_html(figure, inline=inline)) for figure in check.figures],
    }


def _origin(result: Result) -> list[tuple[str, str]]:
    """What a footer says of how a result came about; nothing else, since the rest may name machines."""
    known = result.environment
    origin = [("Assignment", result.assignment)]
    if "rung" in known:
        origin.append(
            (
                "Sandbox",
                f"rung {known['rung']}: {known['sandbox']}"
                if "sandbox" in known
                else f"rung {known['rung']}",
            )
        )
    if "seed" in known:
        # a number that was chosen would give the hidden inputs away; the fingerprint of a secret does not
        fingerprint = str(known["seed"]).partition("secret ")[2]
        origin.append(("Seed", fingerprint or "chosen by the instructor"))
    versions = [f"{name} {known[name]}" for name in ("autograder", "python") if name in known]
    versions += [f"packages {known['packages']}"] if "packages" in known else []
    return [*origin, ("Versions", ", ".join(versions))] if versions else origin

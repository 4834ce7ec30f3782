"""`check("conv2d")` in a student's notebook: the public checks, on what the notebook has defined so far.

Only what is light is imported at the top: a notebook should start quickly, also where nobody checks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.assignment.budget import WEIGHTS_MB_AT_MOST
from autograder.assignment.definition import PUBLIC_CHECKS, SECTIONS_FILE
from autograder.errors import InfrastructureError, UsageError

if TYPE_CHECKING:
    from autograder.pages.reading import Reading
    from autograder.result import CheckResult, Result

NOTE = "These are the public checks. Grading adds hidden ones, with inputs of their own."
NOTHING = "Nothing was checked."


@dataclass(frozen=True, repr=False)
class Report:
    """What the public checks say; a notebook shows it as HTML, a console as text.

    Attributes:
        result: the outcomes; None where nothing could be checked.
        problem: why nothing could be checked, else empty.
        reading: question → what to read of the book.
    """

    result: Result | None
    problem: str = ""
    reading: Mapping[str, Reading] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.result is not None and all(check.status == "passed" for check in self.result.checks)

    def _repr_html_(self) -> str:
        from autograder.pages.feedback import feedback_fragment, notice_fragment

        if self.result is None:
            return notice_fragment(NOTHING, self.problem)
        return feedback_fragment(self.result, note=NOTE, reading=self.reading)

    def __repr__(self) -> str:
        if self.result is None:
            return f"{NOTHING} {self.problem}"
        lines = [line for check in self.result.checks for line in _lines(check)]
        return "\n".join([*lines, *reading_lines(self.result, self.reading), NOTE])


def check(question: str | None = None) -> Report:
    """Run the public checks of a question, or all of them, on what the notebook has defined so far.

    The checks are read from `checks_public.py` in the current folder, the notebook's own. A check that
    does not pass, a missing file or an unknown question is told in the report, never raised. A function that
    does not come to an end is stopped after a minute, with the line where it was (not on Windows, and not
    inside a loop of a library's).

    Args:
        question: id of a question, such as "conv2d"; None for all.
    Raises:
        KeyboardInterrupt: you pressed stop.
    """
    namespace = _namespace(sys._getframe(1).f_globals)
    path = Path.cwd() / PUBLIC_CHECKS
    if not path.is_file():
        return Report(
            None,
            f"There is no {PUBLIC_CHECKS} in {path.parent}; put it beside your notebook and open that again.",
        )
    from autograder.notebook.live import public_checks, result_of, run_checks
    from autograder.submission.weights import read_weights

    try:
        checks = public_checks(path)
    except UsageError as error:
        return Report(None, f"{PUBLIC_CHECKS} cannot be used: {error}. Was it changed? Fetch a fresh copy.")
    known = list(dict.fromkeys(spec.question for spec in checks.manifest))
    if question is not None and question not in known:
        return Report(
            None, f"There is no public check of {question!r}; there are some of: {', '.join(known)}."
        )
    try:
        # How large they may be is in no file that the student has: the most that any assignment grades.
        weights = read_weights(Path.cwd(), Path.cwd(), known, WEIGHTS_MB_AT_MOST)
    except InfrastructureError as error:
        return Report(None, f"The weights cannot be read: {error}.")
    result = result_of("", run_checks(checks, namespace, question, weights))
    return Report(result, reading=_reading(Path.cwd() / SECTIONS_FILE))


def reading_lines(result: Result, reading: Mapping[str, Reading]) -> Iterator[str]:
    """Yield a line for each question that did not pass: which section of the book to read."""
    for question in dict.fromkeys(check.question for check in result.checks if check.status != "passed"):
        if found := reading.get(question):
            address = f": {found.address}" if found.address else " of the book"
            yield f"{question}: read the section “{found.section}”{address}"


def _reading(path: Path) -> Mapping[str, Reading]:
    """What the release says of the book; nothing where the file is gone or was changed."""
    from autograder.pages.reading import book_address, readings

    try:
        said = json.loads(path.read_bytes())
        sections = {str(question): str(place) for question, place in said["sections"].items()}
        return readings(sections, book_address(str(said["book"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, UsageError):
        return {}


def _namespace(calling: Mapping[str, Any]) -> Mapping[str, Any]:
    """The names of the notebook; where there is no IPython, those of the caller."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return calling if shell is None else shell.user_ns


def _lines(outcome: CheckResult) -> Iterator[str]:
    from autograder.pages.comparison import picture_text
    from autograder.pages.feedback import STATUSES
    from autograder.text import inert

    _, _, word, otherwise = STATUSES[outcome.status]
    yield f"[{word}] {outcome.question}: {outcome.description}"
    message = inert(outcome.message).strip() or otherwise
    drawing = picture_text(outcome.picture) if outcome.picture else ""
    for line in f"{message}\n{drawing}".splitlines():
        if line:
            yield f"    {line}"

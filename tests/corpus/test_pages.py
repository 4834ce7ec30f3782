"""What a reader's browser would follow, load or run (threat 65), and pages that take long to make (69)."""

import time

import nh3
import pytest
from bs4 import BeautifulSoup

from autograder.judge.replies import Played
from autograder.nbgrader_bridge.markdown import harmless
from autograder.pages.feedback import feedback_fragment, render_feedback
from autograder.referee.outputs import HtmlBudget, safe_outputs
from tests.corpus.conftest import checks_of

SHOWN = {
    "65-link": "<a href='https://evil.example'>x</a>",
    "65-link-into-the-hub": "<a href='../../hub/logout'>x</a>",
    "65-image": "<img src='//evil.example/o.png' alt='o'>",
    "65-image-of-the-hub": "<img src='/hub/logout'>",
    "65-quotation": "<blockquote cite='https://evil.example'>x</blockquote>",
}


@pytest.mark.parametrize("html", SHOWN.values(), ids=SHOWN)
def test_65_output_with_an_address(grader, html):
    """A cleaner's usual rules leave addresses in; in the graded notebook there is none."""
    assert "evil.example" in nh3.clean(html) or "/hub/logout" in nh3.clean(html)
    cell = f"display({{'text/html': {html!r}, 'text/plain': 'x'}}, raw=True)"
    graded = grader.loses(None, (None, cell))
    (output,) = (each for cell in graded.notebook.cells for each in cell.get("outputs", []))
    assert not any(tag.attrs for tag in BeautifulSoup(output.data["text/html"], "html.parser").find_all(True))


FORMULA = r"$\\href{javascript:alert(1)}{x}$"
ERRORS = {
    "65-formula-in-an-error": f"raise ValueError('{FORMULA}')",
    "65-markup-in-an-error": "raise ValueError('<a href=javascript:alert(1)>x</a> [x](javascript:alert(1))')",
    "65-formula-in-a-class": f"raise type('{FORMULA}', (Exception,), {{}})()",
    "65-formula-in-a-value": f"return '{FORMULA}'",
}


@pytest.mark.parametrize("body", ERRORS.values(), ids=ERRORS)
def test_65_message_with_an_address(grader, body):
    """What a public check says of an answer is text in our page, and no formula in nbgrader's."""
    graded = grader.loses("conv1d", ("conv1d", f"def conv1d(x, u):\n    {body}"))
    assert "java" in checks_of(graded, "conv1d")[0].message
    for html in (render_feedback(graded.result, "T"), feedback_fragment(graded.result, "conv1d")):
        soup = BeautifulSoup(html, "html.parser")
        assert not [link for link in soup.find_all("a") if not link["href"].startswith("#")]
    pieces = [str(text) for text in soup.find_all(string=True) if text.parent.name != "code"]
    assert not [piece for piece in pieces if "$" in piece and piece != "$"]


def test_65_comment_with_an_address():
    """Comments on answers, which nbgrader renders as Markdown, may hold text of the student's."""
    said = harmless("Your submission could not be read: [x](javascript:alert(1)) " + FORMULA)
    assert "](" not in said
    assert "\\href" not in said


def test_69_html_that_takes_long(grader):
    """Ten megabytes of nested HTML in pieces took 20 s to clean: there is a budget for the whole notebook."""
    piece = "<div>" * 4_000
    record = {"output_type": "display_data", "data": {"text/html": piece}}
    seconds = []
    for budget in (HtmlBudget(), HtmlBudget(characters=10**9, seconds=1e9)):
        start = time.thread_time()
        safe_outputs(Played("ran", [record] * 100), budget)
        seconds.append(time.thread_time() - start)
    assert seconds[1] > 3 * seconds[0]
    cell = f"for _ in range(12): display({{'text/html': {piece!r}}}, raw=True)"
    start = time.thread_time()
    graded = grader.loses(None, *[(None, cell)] * 8)
    assert time.thread_time() - start < 8
    outputs = (each for cell in graded.notebook.cells for each in cell.get("outputs", []))
    shown = [each.data["text/html"] for each in outputs if "data" in each]
    assert "is left out" in shown[-1]
    assert "is left out" not in shown[0]

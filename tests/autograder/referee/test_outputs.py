"""Outputs of student cells: kept where they are harmless, and never mistaken for a score."""

import base64
import re
import time

import nbformat
import pytest
from bs4 import BeautifulSoup

from autograder.judge.replies import Played
from autograder.referee.outputs import HtmlBudget, safe_outputs
from autograder.wire.failures import Failure

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()


def test_text_figures_and_quiet_html_are_kept():
    """What a student wanted to show is there for the instructor."""
    record = {
        "output_type": "display_data",
        "data": {"text/plain": "1", "image/png": PNG, "text/html": "<b>bold</b>"},
    }
    outputs = safe_outputs(Played("ran", [{"output_type": "stream", "name": "stdout", "text": "hi"}, record]))
    assert outputs[0].text == "hi"
    assert outputs[1].data == record["data"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src='//x'>",
    ],
)
def test_active_html_is_made_quiet(html):
    """The instructor's browser runs nothing of the student's."""
    (output,) = safe_outputs(
        Played("ran", [{"output_type": "display_data", "data": {"text/plain": "x", "text/html": html}}])
    )
    text = output.data["text/html"]
    assert not any(word in text for word in ("script", "onerror", "iframe"))


@pytest.mark.parametrize(
    "html",
    [
        "<a href='http://evil.example'>x</a>",
        "<a href='/hub/logout'>x</a><area href=/hub/logout><map name=m></map>",
        "<img src=http://evil.example/o.png><img src=/hub/logout><img srcset='http://evil.example 2x'>",
        "<p style='background:url(//evil.example)'>x</p><style>p{background:url(//evil.example)}</style>",
        "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'><link href=//e>",
        "<form action=/hub/logout><input type=image src=//evil.example><button formaction=/x>x</button></form>",
        "<svg><image href=//evil.example></image><a xlink:href='javascript:alert(1)'>x</a><use href=//e /></svg>",
        "<math href='javascript:alert(1)'><mi xlink:href='//evil.example'>x</mi></math>",
        "<object data=//evil.example></object><embed src=//evil.example><video poster=//evil.example></video>",
        "<table background=//evil.example><td background=//evil.example>x</td></table><body background=//e>",
        "<iframe srcdoc='<img src=//evil.example>'></iframe><portal src=//e></portal><audio src=//e></audio>",
        "<blockquote cite=//evil.example>x</blockquote><q cite=javascript:x>y</q><ins cite=//e>z</ins>",
        "<p>$\\href{javascript:alert(1)}{x}$ \\(&#92;href{javascript:alert(1)}{x}\\)</p>",
        "<p>$\\bbox[background:url(//evil.example)]{x} \\style{x:url(//e)}{x} \\class{btn}{x}$</p>",
    ],
)
def test_html_has_no_address(html):
    """Nothing in it can be followed, and nothing loads, from elsewhere or from the hub itself."""
    (output,) = safe_outputs(
        Played("ran", [{"output_type": "display_data", "data": {"text/html": html, "text/plain": "x"}}])
    )
    kept = BeautifulSoup(output.data.get("text/html", ""), "html.parser")
    names = {name for tag in kept.find_all(True) for name in tag.attrs}
    assert names <= {"align", "colspan", "rowspan", "scope", "start", "span"}
    assert not kept.find_all(["a", "img", "base", "meta", "form", "svg", "math", "object", "iframe", "style"])
    assert not re.search(r"\\(href|bbox|style|class)", output.data.get("text/html", ""))


def test_table_of_a_data_frame_stays_a_table():
    """What pandas shows is read by people: rows, columns, and cells over several of them."""
    html = '<table><thead><tr align="right"><th colspan="2">a</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>'
    (output,) = safe_outputs(Played("ran", [{"output_type": "display_data", "data": {"text/html": html}}]))
    assert output.data["text/html"] == html


def nested(characters):
    """Return the HTML that takes longest to clean."""
    return "<div>" * (characters // 5)


def test_html_of_a_notebook_has_a_budget():
    """Ten megabytes of nested HTML in small pieces took 20 s; what is over the budget says that it is left out."""
    record = {"output_type": "display_data", "data": {"text/html": nested(20_000)}}
    budget = HtmlBudget()
    start = time.thread_time()
    shown = [safe_outputs(Played("ran", [record] * 50), budget) for _ in range(10)]
    assert time.thread_time() - start < 5
    texts = [output.data["text/html"] for outputs in shown for output in outputs]
    assert len(texts) == 500
    assert texts[0].startswith("<div>")
    assert texts[-1] == "<p>An HTML output of 20,000 characters is left out: more than is shown here.</p>"
    assert sum(not text.startswith("<p>") for text in texts) <= 20


@pytest.mark.parametrize(
    ("budget", "html"),
    [
        (HtmlBudget(), nested(20_005)),
        (HtmlBudget(characters=3), "<b>x</b>"),
        (HtmlBudget(seconds=0), "<b>x</b>"),
    ],
)
def test_html_over_each_part_of_the_budget_is_told(budget, html):
    """One output that is too large, too many characters, too many seconds; the plain text stays."""
    record = {"output_type": "display_data", "data": {"text/html": html, "text/plain": "x"}}
    (output,) = safe_outputs(Played("ran", [record]), budget)
    assert "is left out" in output.data["text/html"]
    assert output.data["text/plain"] == "x"


def test_result_of_a_students_cell_is_no_execute_result():
    """nbgrader reads a score from an execute_result; none of these is one."""
    outputs = safe_outputs(
        Played("ran", [{"output_type": "execute_result", "data": {"text/plain": "100.0"}}])
    )
    assert [output.output_type for output in outputs] == ["display_data"]


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"output_type": "error", "ename": "x"},
        {"output_type": "stream", "text": 3},
        {"output_type": "display_data", "data": "text"},
        {
            "output_type": "display_data",
            "data": {"application/javascript": "alert(1)", "image/svg+xml": "<svg onload=alert(1)>"},
        },
        {"output_type": "display_data", "data": {"image/png": "no base64 !"}},
        {"output_type": "display_data", "data": {"image/png": base64.b64encode(b"GIF89a").decode()}},
        {"output_type": "display_data", "data": {"text/plain": ["a"], "text/markdown": "<script>"}},
    ],
)
def test_other_records_are_dropped(record):
    """Only kinds that are known to be harmless are passed on."""
    assert safe_outputs(Played("ran", [record])) == []


def test_failure_and_message_become_outputs_of_a_valid_notebook():
    """The played notebook can be opened like any other."""
    played = Played(
        "timeout",
        failure=Failure("ValueError", "bad", "Traceback\nValueError: bad"),
        message="It took too long.",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", id="c")])
    notebook.cells[0].outputs = safe_outputs(played)
    nbformat.validate(notebook)
    assert [output.output_type for output in notebook.cells[0].outputs] == ["stream", "error"]

"""Feedback for students: what it says, what it never says, and that no text of theirs does anything."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge.comparison import picture
from autograder.pages.comparison import picture_html
from autograder.pages.feedback import STATUSES, feedback_fragment, render_feedback, write_feedback
from autograder.pages.html import clean
from autograder.pages.reading import readings
from autograder.result import CHECK_STATUSES, CheckResult, Flag, Result
from autograder.text import inert, inert_name, pieces

EVIL = '<script>x()</script><b>open <a href="javascript:x()" onclick="x()">me</a> <img src=x onerror=x()>'


def outcome(status: str = "failed", message: str = "", visibility: str = "public", **changes) -> CheckResult:
    """One check of the question conv2d, worth two points."""
    points = {"passed": 2.0, "partial": 0.5}.get(status, 0.0)
    values = {"id": "test_a", "question": "conv2d", "description": "conv2d gives the right values."} | changes
    return CheckResult(
        points=points, max=2.0, status=status, visibility=visibility, message=message, duration=7.77, **values
    )


def graded(*checks: CheckResult, **changes) -> Result:
    """The result of a student who was graded on these checks."""
    values = {"student": "ada", "flags": (), "environment": {}} | changes
    return Result("convolution", status="graded", max_score=2.0 * len(checks), checks=checks, **values)


def seen(html: str) -> str:
    """What a reader sees of a page: its text, without tags and style sheet."""
    text = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def test_page_says_title_student_and_score():
    """The head of the page holds what a student looks for first."""
    html = seen(render_feedback(graded(outcome("passed"), outcome("partial", id="b")), "Convolution"))
    assert "Convolution Feedback for ada 2.5 of 4 points" in html


@pytest.mark.parametrize("status", CHECK_STATUSES)
def test_status_is_a_word_and_an_icon(status):
    """A status is never told by colour alone, and an unsuccessful check always has a reason or a message."""
    html = render_feedback(graded(outcome(status)), "Convolution")
    _, icon, word, otherwise = STATUSES[status]
    assert f'<span aria-hidden="true">{icon}</span> {word}' in html
    assert otherwise in html


def test_questions_keep_the_order_of_the_manifest():
    """Checks of one question stand together, questions in the order of their first check."""
    checks = [outcome(id=f"t{i}", question=q) for i, q in enumerate(["pool", "conv", "pool"])]
    html = render_feedback(graded(*checks), "Convolution")
    assert re.findall(r'<h2 id="question-\d">(\w+)</h2>', html) == ["pool", "conv"]
    assert "0 of 4 points" in seen(html)


READING = readings(
    {"conv": "convolution#Two dimensions", "pool": "pooling#Keep it", "done": "x#Done"}, "https://x.org/book"
)


def mixed(**changes) -> Result:
    """A result with a question that is done, and two that are not."""
    checks = [
        outcome("passed", id="a", question="done"),
        outcome("passed", id="b", question="conv", description="Passes."),
        outcome("failed", id="c", question="conv", message="too small", description="Fails."),
        outcome("partial", id="d", question="pool", message="half"),
    ]
    code = {
        "done": "def done(): pass",
        "conv": "def conv(x):\n    return x</pre><b>",
        "pool": "def pool(): …",
    }
    return graded(*checks, answers=code, **changes)


def test_what_is_to_be_mended_comes_first_and_open():
    """Questions with a check that failed are open, those that are done are a line at the end."""
    soup = BeautifulSoup(render_feedback(mixed(), "Convolution", READING), "html.parser")
    assert [each.get_text() for each in soup.find_all("h2")] == ["conv", "pool", "done"]
    assert [each.get_text() for each in soup.select("nav .name")] == ["done", "conv", "pool"]
    (done,) = soup.select("details.folded")
    assert done.summary.h2.get_text() == "done"
    assert not done.has_attr("open")
    assert all(soup.find(id=link["href"][1:]) for link in soup.select("nav a"))


def test_failed_checks_are_open_and_passed_ones_folded():
    """Within a question, too: what failed, then how many passed."""
    soup = BeautifulSoup(render_feedback(mixed(), "Convolution", READING), "html.parser")
    conv = soup.find(id="question-2").find_parent("section")
    assert [each.get_text(strip=True) for each in conv.select(".mend > .checks .sentence")] == ["Fails."]
    assert conv.select_one("details.rest").summary.get_text() == "1 more passed"
    assert [each.get_text(strip=True) for each in conv.select("details.rest .sentence")] == ["Passes."]


def test_own_code_stands_beside_the_check():
    """As text, whatever it holds; none where the answer is still the stub."""
    soup = BeautifulSoup(render_feedback(mixed(), "Convolution", READING), "html.parser")
    assert [each.get_text() for each in soup.select("pre.listing")] == [
        "def conv(x):\n    return x</pre><b>",
        "def pool(): …",
    ]
    stub = graded(outcome(message="Not answered yet.", question="conv"), answers={"conv": "def conv(): ..."})
    assert "<pre" not in render_feedback(stub, "Convolution")
    assert "<pre" not in feedback_fragment(mixed())


def test_each_question_says_what_to_read():
    """A link to the section where the book is known, its name where it is not."""
    soup = BeautifulSoup(render_feedback(mixed(), "Convolution", READING), "html.parser")
    links = {link.get_text(): link for link in soup.select(".read a")}
    assert links["Two dimensions"]["href"] == "https://x.org/book/convolution.html#two-dimensions"
    assert links["Two dimensions"]["rel"] == ["noopener", "noreferrer"]
    assert set(links) == {"Two dimensions", "Keep it", "Done"}
    named = readings({"conv": "convolution#Two dimensions"}, "")
    assert "Read the section “Two dimensions” of the book." in seen(render_feedback(mixed(), "C", named))
    inside = feedback_fragment(mixed(), reading=READING)
    assert 'href="https://x.org/book/convolution.html#two-dimensions"' in inside
    assert "Done" not in inside


def test_no_other_address_gets_into_a_page():
    """Only what was given as reading is a link that leads out; text of a student's that looks so is none."""
    evil = '<a href="https://x.org/book/y.html">x</a> https://evil.example'
    result = graded(outcome(message=evil), answers={"conv2d": evil}, flags=(Flag("x", evil, None),))
    for html in (render_feedback(result, evil, READING), feedback_fragment(result, reading=READING)):
        assert not BeautifulSoup(html, "html.parser").find_all("a", href=re.compile("http"))
    assert 'href="https://evil.example"' not in clean(
        '<a href="https://evil.example">x</a>', ["https://x.org"]
    )


@pytest.mark.parametrize(
    "text", ["$x$", "$$x$$", "\\(x\\)", "\\[x\\]", "\\begin{x}\\end{x}", "$\\href{javascript:x}{x}$"]
)
def test_no_formula_begins_in_a_fragment(text):
    """MathJax, in the page that it is put into, looks for them in running text: there is no sign to begin one."""
    html = feedback_fragment(graded(outcome(message=text, description=text)))
    soup = BeautifulSoup(html, "html.parser")
    running = [str(piece) for piece in soup.find_all(string=True) if piece.parent.name not in ("code", "pre")]
    assert not [piece for piece in running if re.search(r"[$\\]", piece) and len(piece) > 1]
    assert text in soup.get_text()


def test_rejected_gives_the_reason_and_score_zero():
    """A rejected file is a zero with the reason."""
    html = seen(
        render_feedback(Result("convolution", "ada", "rejected", 4, reason="it is no JSON"), "Convolution")
    )
    assert "0 of 4 points" in html
    assert "it is no JSON" in html


def test_infrastructure_error_is_our_fault_and_no_zero():
    """Our fault is named as ours, gives no score, and tells nothing of our machines."""
    broken = Result(
        "convolution", "ada", "infrastructure_error", 4, checks=(outcome(),), reason="no /srv/secret"
    )
    html = seen(render_feedback(broken, "Convolution"))
    assert "no score yet" in html
    assert "our fault, not yours" in html
    assert "will be graded again" in html
    assert "of 4 points" not in html
    assert "secret" not in html


def test_durations_are_never_shown():
    """Student code chooses how long it takes, so a shown duration would be a channel for hidden inputs."""
    result = graded(outcome("passed"), duration=7.77)
    assert "7.77" not in render_feedback(result, "Convolution") + feedback_fragment(result)


def test_picture_of_a_hidden_check_is_not_shown():
    """Hidden inputs stay hidden even where a result wrongly carries their picture."""
    table = picture(np.array([123.0]), np.array([98765.0]))
    assert "98765" in render_feedback(graded(outcome(picture=table)), "Convolution")
    assert "98765" not in render_feedback(graded(outcome(picture=table, visibility="hidden")), "Convolution")


def test_flags_are_remarks_and_limited():
    """Flags are told kindly, and a student who causes thousands does not get a page of thousands."""
    flags = tuple(Flag("moved", f"Cell number {i} was moved.", "conv2d") for i in range(1000))
    html = seen(render_feedback(graded(outcome(), flags=flags), "Convolution"))
    assert "remarks, not accusations" in html
    assert "conv2d: Cell number 49 was moved." in html
    assert "Cell number 50 " not in html
    assert "And 950 more." in html


def test_footer_shows_named_facts_only():
    """The footer shows fingerprint, rung and versions; what else the environment holds may name machines."""
    environment = {
        "seed": "secret 9f3c",
        "rung": 2,
        "sandbox": "user namespaces",
        "python": "3.11.2",
        "host": "grader17",
    }
    html = seen(render_feedback(graded(outcome(), environment=environment), "Convolution"))
    assert "Sandbox rung 2: user namespaces Seed 9f3c Versions python 3.11.2" in html
    assert "grader17" not in html


def test_footer_keeps_a_chosen_seed():
    """Hidden inputs follow from a seed that the instructor typed, so it is not printed."""
    html = seen(render_feedback(graded(outcome(), environment={"seed": "1234567"}), "Convolution"))
    assert "Seed chosen by the instructor" in html
    assert "1234567" not in html


def test_page_has_no_script_and_asks_for_nothing():
    """The page is self-contained: a policy that forbids all but its own style sheet, and no address."""
    html = render_feedback(graded(outcome()), "Convolution")
    assert "default-src 'none'; style-src 'sha256-" in html
    assert not re.search(r"<script|<link|<img|https?:|@import|url\(|style=", html)


@pytest.mark.parametrize("where", ["message", "description", "id", "question"])
def test_text_of_students_is_inert(where):
    """Markup in any text is shown as it was written, in the page and in the fragment."""
    result = graded(
        outcome(**{where: EVIL}),
        student=EVIL,
        flags=(Flag(EVIL, EVIL, EVIL),),
        environment={"seed": f"secret {EVIL}"},
    )
    for html in (render_feedback(result, EVIL), feedback_fragment(result)):
        assert not re.search(r"<script|<b>|<img|<a [^>]*javascript|<[^>]* on\w+=", html)
    assert "&lt;script&gt;" in render_feedback(result, EVIL)


@given(st.text())
def test_any_message_stays_within_its_place(text):
    """Whatever a message holds, the tags around it are those around a harmless one."""
    found = []
    for message in (f"first\n{text}\nlast", "first\nharmless\nlast"):
        html = re.sub(r"<span>[$\\]</span>", "", feedback_fragment(graded(outcome(message=message))))
        tags = re.findall(r"</?(\w+)[^>]*>", html)
        found.append([tag for tag in tags if tag != "code"])
    assert found[0] == found[1]


def test_long_message_is_shortened():
    """A message of a megabyte does not make a page of a megabyte, in characters or in lines."""
    for message in ("A" * 1_000_000, "a\n" * 500_000, "\x1b]" * 500_000):
        html = feedback_fragment(graded(outcome(message=message)))
        assert len(html) < 20_000
        assert "… (shortened)" in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("evil\u202egnp.exe", "evil\ufffdgnp.exe"),
        ("a\x00b\ud800c", "a\ufffdb\ufffdc"),
        ("50 %\r100 %\r\ndone", "50 %\n100 %\ndone"),
        ("Zoë Οὖτις 李", "Zoë Οὖτις 李"),
    ],
)
def test_inert_shows_what_is_there(text, shown):
    """Escape sequences vanish, unseen characters show, and names in any script stay as they are."""
    assert inert(text) == shown


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@x", "\t=cmd()"])
def test_name_is_no_formula(name):
    """A table that is copied into a spreadsheet runs nothing."""
    assert inert_name(name).startswith("'")


def test_long_name_is_one_short_line():
    """A name cannot push the page apart."""
    assert len(inert_name("x\n" * 5000)) == 80


def test_shapes_and_types_are_code():
    """Shapes, dtypes and what stands between backticks are set in monospace, prose is not."""
    found = [
        text for code, text in pieces("use `x @ y` (5 times): (3,) and (2, 3), shape (), float32") if code
    ]
    assert found == ["x @ y", "(3,)", "(2, 3)", "()", "float32"]


def test_fragment_of_one_question_carries_its_own_looks():
    """A fragment leaks no style into its notebook, takes no id, and holds the question that was asked for."""
    result = graded(outcome(), outcome(id="b", question="pool", message="pooled"))
    html = feedback_fragment(result, "conv2d")
    assert not re.search(r"<style|class=| id=", html)
    assert "style=" in html
    assert "pooled" not in html
    assert "No checks." in feedback_fragment(result, "nowhere")


def test_fragment_of_our_fault_shows_no_checks():
    """A result without a grade shows the notice in a notebook too."""
    html = feedback_fragment(Result("convolution", "ada", "infrastructure_error", 4, checks=(outcome(),)))
    assert "our fault" in html
    assert "conv2d" not in html


def test_written_feedback_replaces_the_old(tmp_path: Path):
    """The file is written whole into a folder made for it, and leaves no draft behind."""
    for message in ("first", "second"):
        path = write_feedback(graded(outcome(message=message)), tmp_path / "ada", "Convolution")
    assert path == tmp_path / "ada" / "feedback.html"
    assert "second" in path.read_text(encoding="utf-8")
    assert [p.name for p in path.parent.iterdir()] == ["feedback.html"]


@pytest.mark.parametrize(
    "array",
    [np.array(3.0), np.zeros((0, 2)), np.array(["a"]), np.array([None])],
    ids=["0-d", "empty", "text", "object"],
)
def test_no_picture_where_a_table_would_not_help(array):
    """Only non-empty arrays of numbers are drawn."""
    assert picture(array, np.ones(2)) is None
    assert picture(np.ones(2), array) is None


def test_picture_of_a_large_batch_shows_the_first_difference():
    """Of many images the one that differs first is drawn, cut around that, and the caption says which."""
    expected = np.zeros((2, 3, 40, 40))
    got = expected.copy()
    got[1, 2, 30, 0] = 1
    table = picture(expected, got)
    assert table is not None
    assert table["slice"]["got"] == "[1, 2, 26:38, 0:12] of shape (2, 3, 40, 40)"
    assert table["corner"] == [26, 0]
    assert table["got"][4][0] == "1"
    assert [len(table["got"]), len(table["got"][0])] == [12, 12]
    assert (
        sum(
            a != b
            for x, y in zip(table["expected"], table["got"], strict=True)
            for a, b in zip(x, y, strict=True)
        )
        == 1
    )


@pytest.mark.parametrize(
    ("expected", "got", "texts"),
    [
        (1.0, 1.0 + 1e-5, [["1"], ["1.00001"]]),
        (1.0, 1.0 + 1e-12, [["1"], ["1"]]),
        (0.33349999999, 0.33350000001, [["0.333"], ["0.333"]]),
        (1.0, np.nan, [["1"], ["nan"]]),
        (0.0, -0.0, [["0"], ["0"]]),
        (12345.0, 2.0**53, [["12345"], ["9.01e+15"]]),
        (1.5 + 1j, 1.5 - 1j, [["1.5+1j"], ["1.5-1j"]]),
    ],
)
def test_cells_are_short_and_differ_where_values_do(expected, got, texts):
    """As few digits as tell two cells apart; rounding alone makes no difference."""
    table = picture(np.array([expected]), np.array([got]))
    assert table is not None
    assert [table["expected"][0], table["got"][0]] == texts


def test_large_integers_are_compared_exactly():
    """Integers that a float cannot hold are told apart."""
    table = picture(np.array([2**53]), np.array([2**53 + 1]))
    assert table is not None
    assert table["expected"] != table["got"]


def test_picture_of_different_shapes_marks_what_has_no_partner():
    """Shapes stand in the captions; cells that the other table lacks are marked, and not by colour alone."""
    table = picture(np.ones((2, 2)), np.ones(2))
    assert table is not None
    html = seen(picture_html(table))
    assert "shape (2, 2)" in html
    assert "shape (2,)" in html
    assert html.count("(differs)") == 2


def test_picture_html_is_inert_and_bounded():
    """A record with text of somebody's and too many cells is drawn harmlessly, at most 12 by 12."""
    html = picture_html({"expected": [[EVIL] * 100] * 100, "got": [["1"]]})
    assert "<script" not in html
    assert html.count("<td") == 1 + 12 * 12 + 1 + 1


def test_fragment_of_a_rejected_submission_gives_the_reason():
    """Embedded in a gradebook's page, the reason must be there too, and inert."""
    result = Result("a", "s", "rejected", 3, reason="it is <b>empty</b>")
    shown = feedback_fragment(result)
    assert "it is &lt;b&gt;empty&lt;/b&gt;" in shown

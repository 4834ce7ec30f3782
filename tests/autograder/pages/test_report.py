"""The class report: numbers that an instructor acts on, and names that do nothing."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.pages.report import feedback_link, render_report, write_report
from autograder.result import CheckResult, Flag, Result


def submission(
    student: str, passed: int, checks: int = 4, duration: float = 0.5, flags: tuple = ()
) -> Result:
    """A graded submission that passes the first `passed` checks of one point each."""
    outcomes = tuple(
        CheckResult(
            f"test_{i}",
            f"question{i % 2}",
            f"Sentence {i}.",
            i < passed,
            1.0,
            "passed" if i < passed else "failed",
            "public",
        )
        for i in range(checks)
    )
    return Result("convolution", student, "graded", float(checks), outcomes, flags, duration=duration)


def seen(html: str) -> str:
    """What a reader sees of a page: its text, without tags and style sheet."""
    text = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def row(html: str, first: str) -> str:
    """The text of the table row that holds `first`."""
    return next(text for text in map(seen, re.findall(r"<tr>.*?</tr>", html, re.DOTALL)) if first in text)


def test_report_counts_statuses_scores_and_times():
    """The head of the report has the numbers per status, the median score and the slowest time."""
    results = [
        submission("ada", 4, duration=0.25),
        submission("ben", 1, duration=0.5),
        Result("convolution", "cy", "rejected", 4, reason="no JSON"),
        Result("convolution", "dan", "infrastructure_error", 4, duration=61.25),
    ]
    html = seen(render_report(results, "Convolution"))
    assert "Class report: 4 submissions graded 2 rejected 1 not graded: our fault 1" in html
    assert "median score 25 % mean 42 %" in html
    assert "median time 375 ms slowest 61.2 s" in html


def test_our_fault_is_no_zero():
    """A submission that we failed to grade is in no average, no histogram and no pass rate."""
    html = render_report([submission("ada", 4), Result("c", "dan", "infrastructure_error", 4)], "Convolution")
    assert row(html, "0 to below 10 %").endswith(" 0")
    assert row(html, "90 to 100 %").endswith(" 1")
    assert "no score" in row(html, "dan")


def test_histogram_puts_full_marks_into_the_last_bin():
    """Scores on an edge belong to the bin above it, full marks to the last one."""
    html = render_report(
        [submission("a", 10, 10), submission("b", 3, 10), submission("c", 0, 10)], "Convolution"
    )
    counts = [
        row(html, label)[-1] for label in ("90 to 100", "30 to below 40", "20 to below 30", "0 to below 10")
    ]
    assert counts == ["1", "1", "0", "1"]


def test_pass_rates_are_sorted_by_question():
    """Each check has its row, checks of one question together, with what happened otherwise."""
    html = render_report([submission("ada", 4), submission("ben", 2)], "Convolution")
    assert re.findall(r"<td>(question\d)</td>", html) == ["question0", "question0", "question1", "question1"]
    assert row(html, "test_2") == "question0 Sentence 2. test_2 1 of 2 1 not passed 0.5 of 1"


def scaled(student: str, *parts: float) -> Result:
    """A graded submission with one check of five points for each part, and one of one point that passes."""
    words = {0.0: "failed", 1.0: "passed"}
    checks = [
        CheckResult(f"test_{i}", "net", f"Part {i}.", 5 * part, 5.0, words.get(part, "partial"), "hidden")
        for i, part in enumerate(parts)
    ]
    last = CheckResult("test_size", "box", "The box fits.", 1.0, 1.0, "passed", "public")
    return Result("shapes", student, "graded", 5.0 * len(parts) + 1, (*checks, last))


def test_questions_count_all_some_and_none():
    """Where points follow a scale, hardly anybody passes: what counts is who earned how much of a question."""
    html = render_report(
        [scaled("a", 1, 1), scaled("b", 0.5, 0.7), scaled("c", 0, 0.25), scaled("d", 0, 0)], "S"
    )
    assert row(html, "net").split() == ["net", "43", "%", "1", "2", "1"]
    assert row(html, "box").split() == ["box", "100", "%", "4", "0", "0"]
    assert seen(html).index(" net 43 %") < seen(html).index(" box 100 %")


def test_points_in_part_are_the_end_of_the_bar():
    """The bar of a check ends at its mean points: first those of passed checks, then those of partly passed ones."""
    html = render_report([scaled("a", 1), scaled("b", 0.5), scaled("c", 0.5), scaled("d", 0)], "Shapes")
    assert (
        '<rect class="fill" width="25.0" height="6"></rect><rect class="part" x="25.0" width="25.0"' in html
    )
    assert row(html, "test_0") == "net Part 0. test_0, hidden 1 of 4 1 not passed, 2 partly 2.5 of 5"
    assert row(html, "90 to 100 %").endswith(" 1")
    assert row(html, "50 to below 60 %").endswith(" 2")


def test_flags_name_student_and_question():
    """Every flag is listed with whom and what it concerns."""
    html = render_report(
        [submission("ada", 1, flags=(Flag("moved", "A cell was moved.", "conv2d"),))], "Convolution"
    )
    assert row(html, "A cell was moved.") == "ada moved conv2d A cell was moved."


def test_students_link_to_their_feedback():
    """A name leads to the page beside the report; an id that is no folder name, to the folder made for it."""
    html = render_report([submission("ada lovelace", 1), submission("../x", 1)], "Convolution")
    links = re.findall(r'href="([^"]*)"', html)
    assert links == [feedback_link("../x"), "./ada%20lovelace/feedback.html"]


def test_links_lead_nowhere_else():
    """No id makes a link out of the folder, to a scheme, or one that cannot be written."""
    for name in ("", ".", "..", "a/b", "a\\b", "a\0b"):
        assert re.fullmatch(r"\./student-[0-9a-f]{16}/feedback\.html", feedback_link(name))
    assert feedback_link("javascript:alert(1)") == "./javascript%3Aalert%281%29/feedback.html"
    assert feedback_link("\ud800").startswith("./student-")


def test_names_are_inert():
    """Markup in a name is shown, a formula gets its apostrophe, and nothing runs."""
    evil = '<script>alert(1)</script><a href="javascript:x">'
    flags = (Flag(evil, evil, evil),)
    results = [
        submission("=cmd()", 1),
        submission(evil, 1, flags=flags),
        Result("c", "x", "rejected", 4, reason=evil),
    ]
    html = render_report(results, evil)
    assert "'=cmd()" in html
    assert not re.search(r"<script|<a [^>]*javascript", html)
    assert "default-src 'none'" in html


def test_report_of_an_empty_class():
    """No submission is no error."""
    html = seen(render_report([], "Convolution"))
    assert "Class report: 0 submissions" in html
    assert "No submission has been graded." in html


def test_report_is_written_beside_the_students(tmp_path: Path):
    """The report lies where its relative links work."""
    path = write_report([submission("ada", 1)], tmp_path / "convolution", "Convolution")
    assert path == tmp_path / "convolution" / "report.html"
    assert "ada" in path.read_text(encoding="utf-8")

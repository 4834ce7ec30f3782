"""Figures as students see them: in any browser, on a telephone, in the dark, without eyes, and doing nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from scipy.stats import binomtest

import autograder
from autograder.checks import show_boxes, show_confusion_matrix, show_curve, show_examples, show_history
from autograder.checks.figures import kept
from autograder.nbgrader_bridge.grade import report
from autograder.pages.feedback import feedback_fragment, render_feedback
from autograder.pages.figures import _Axis, figure_html, interval
from autograder.pages.html import clean
from autograder.pages.report import render_report
from autograder.result import CheckResult, Result

EVIL = '"><script>x()</script><b onclick="x()">x</b>'
NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", EVIL]


@pytest.fixture(scope="module")
def result() -> Result:
    """A result with every kind of figure, with gaps, boxes that are none, and hostile names."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 8, (10, 10)) + np.diag(rng.integers(80, 100, 10))
    images = np.zeros((14, 64, 64), np.uint8)
    images[:, 20:40, 10:50] = 220
    truth = np.tile([10.0, 20, 50, 40], (14, 1))
    got = truth + rng.normal(0, 4, (14, 4))
    got[1], got[2] = np.nan, [-1e9, 1e9, 1e9, -1e9]
    with kept() as hidden:
        show_confusion_matrix(counts, NAMES, caption="1000 images.")
        show_confusion_matrix(
            np.array([[980, 20], [3, 997]]), ["circle", "rectangle"], caption="2000 images."
        )
        show_examples(images, [f"boot {EVIL}"] * 14, caption=EVIL)
        show_boxes(images, truth, got, caption="Boxes.")
    with kept() as public:
        edges, total = np.geomspace(0.6, 20, 13), rng.integers(20, 200, 12)
        passed = rng.binomial(total, 0.9)
        axes = {"x_label": "p_T [GeV]", "y_label": "efficiency"}
        show_curve(edges, passed, total, caption="Efficiency.", log_x=True, **axes)
        show_curve([1.0], [3], [3], caption="One point.", **axes)
        losses = {"train": np.exp(-np.arange(30) / 10), "fresh": np.exp(-np.arange(30) / 20)}
        show_history(losses, caption="The loss falls.")
        gaps = {
            "a": np.where(np.arange(500) % 50 == 1, np.nan, np.arange(500) + 1),
            EVIL: [0.5],
            "none": [np.nan],
        }
        show_history({**gaps, "flat": [3.0, 3]}, caption="Gaps.", log_y=True, x_label="batch")
    checks = (
        CheckResult("a", "classify", "Right.", 1.0, 2.0, "partial", "hidden", "0.93", figures=tuple(hidden)),
        CheckResult("b", "classify", "Falls.", 2.0, 2.0, "passed", "public", "", figures=tuple(public)),
    )
    return Result("shapes", "ada", "graded", 4.0, checks)


@pytest.fixture(scope="module")
def pages(result, tmp_path_factory) -> dict[str, Path]:
    """The page of feedback, its fragment in a bare page as a notebook's feedback has it, and the class report."""
    folder = tmp_path_factory.mktemp("pages")
    frame = (
        '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>f</title>'
    )
    dark = "@media (prefers-color-scheme: dark) {body {background: #111111; color: #dddddd}}"
    fragment = f"{frame}<style>{dark}</style><main><h1>Feedback</h1>{feedback_fragment(result)}</main>"
    texts = {"page": render_feedback(result, "Shapes"), "fragment": fragment}
    texts["report"] = render_report([result], "Shapes")
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


class _Tags(HTMLParser):
    """Notes the names of all tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def seen(html: str) -> str:
    """What a reader sees of a page: its text, without tags and style sheet."""
    text = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("page", 390, "light"),
        ("page", 1200, "light"),
        ("page", 1200, "dark"),
        ("fragment", 390, "light"),
        ("fragment", 1200, "dark"),
        ("report", 390, "dark"),
    ],
)
def test_figures_are_accessible_in_a_browser(pages, browser, axe, name, width, scheme):
    """In both widths, and both schemes: no broken rule, no error, all images drawn, and nothing wider than the window."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(pages[name].as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    loaded = "Promise.all([...document.querySelectorAll('image')].map((one) => one.decode().then(() => 1)))"
    assert sum(tab.evaluate(loaded)) == (0 if name == "report" else 24)
    assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    tab.evaluate(axe.read_text(encoding="utf-8"))
    broken = tab.evaluate("axe.run({preload: false, resultTypes: ['violations']})")["violations"]
    assert [f"{rule['id']}: {node['html'][:150]}" for rule in broken for node in rule["nodes"]] == []
    assert said == []
    context.close()


def test_drawing_in_a_fragment_is_whole():
    """A sign of formulas in a label does not end the drawing, as an element of HTML in it would."""
    with kept() as shown:
        show_curve([1, 2, 3], [1, 2, 3], [3, 3, 3], caption="c", x_label="$p_T$", y_label="\\epsilon")
    check = CheckResult("t", "q", "Must.", 1.0, 1.0, "passed", "public", figures=tuple(shown))
    html = feedback_fragment(Result("a", "s", "graded", 1.0, (check,)))
    (drawing,) = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert "$p_T$" in drawing
    assert "<span" not in drawing


def test_figures_are_in_the_gradebooks_notebook(result):
    """What nbgrader hands back has the figures, too."""
    shown, score = report(result, "classify")
    assert shown.data["text/html"].count("<figure") == 8
    assert score.data["text/plain"] == "3.0"


def test_feedback_shows_figures_of_hidden_checks_too(result):
    """A figure is there whether the check is hidden or not, and the page says what that means."""
    text = seen(render_feedback(result, "Shapes"))
    assert text.count("1000 images.") == text.count("The loss falls.") == 1
    assert "shown to nobody, but for what stands in a figure" in text


@pytest.mark.parametrize("inline", [False, True])
def test_text_in_figures_is_inert(result, inline):
    """Markup in names and captions is shown as it was written."""
    html = "".join(figure_html(figure, inline=inline) for check in result.checks for figure in check.figures)
    reader = _Tags()
    reader.feed(html)
    assert not {"script", "b"} & reader.tags
    assert not {"id", "onclick"} & reader.attributes
    assert "&lt;script&gt;" in html
    assert ("class=" in html, "style=" in html) == (not inline, inline)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png",
        "data:image/svg+xml;base64,AAAA",
        "data:text/html;base64,AAAA",
        "x.png",
        "//x/y.png",
    ],
)
def test_image_comes_from_the_page_itself(address):
    """No image asks for anything or brings markup along, and no link holds data."""
    html = clean(f'<svg><image href="{address}" width="1"/></svg><a href="{address}">x</a>')
    assert "example" not in html
    assert "data:" not in html
    assert "href" not in html


def test_links_of_our_pages_stay():
    """What the templates link to is still linked."""
    assert 'href="#question-1"' in clean('<a href="#question-1">x</a>')
    assert 'href="./ada%20l/feedback.html"' in clean('<a href="./ada%20l/feedback.html">x</a>')


def test_result_with_figures_fits_the_schema(result):
    """Every kind of figure is in the published form, is read back as it was, and stays small."""
    form = Path(autograder.__file__).parent / "schemas" / "result-1.json"
    text = result.dumps()
    Draft202012Validator(json.loads(form.read_text(encoding="utf-8"))).validate(json.loads(text))
    assert Result.from_json(json.loads(text)) == result
    assert len(text) < 200_000


def test_numbers_of_a_plot_stand_in_a_table(result):
    """A reader without eyes gets each number of each line."""
    curve, _, losses, _ = result.checks[1].figures
    text = seen(figure_html(curve))
    first = curve["points"][0]
    assert f"{first['passed']} of {first['total']}" in text
    assert "10 0.4066 0.6376" in seen(figure_html(losses))


def test_shade_follows_the_row():
    """A class of which there are few is shaded as one of which there are many."""
    with kept() as figures:
        show_confusion_matrix(np.array([[1, 0], [500, 500]]), ["few", "many"], caption="Rows.")
    assert re.findall(r"shade(\d)", figure_html(figures[0])) == ["7", "0", "4", "4"]


@pytest.mark.parametrize(("passed", "total"), [(0, 5), (3, 3), (90, 100), (1, 1)])
def test_interval_is_wilsons(passed, total):
    """The error bars are those of scipy at one standard deviation."""
    expected = binomtest(passed, total).proportion_ci(0.6826894921370859, method="wilson")
    np.testing.assert_allclose(interval(passed, total), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("values", "log", "texts"),
    [
        ([0.0, 10.0], False, ["0", "2", "4", "6", "8", "10"]),
        ([0.1, 0.13], False, ["0.1", "0.105", "0.11", "0.115", "0.12", "0.125", "0.13"]),
        ([0.6, 20.0], True, ["1", "2", "5", "10", "20"]),
        ([1e-6, 1.0], True, ["1e-06", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1"]),
        ([-3.0, -3.0], False, ["-4.5", "-4", "-3.5", "-3", "-2.5", "-2", "-1.5"]),
        ([], False, ["0.6", "0.8", "1", "1.2", "1.4"]),
        ([1e-99, 1e99], True, None),
        ([5.0, 5.0], True, ["5", "10"]),
    ],
)
def test_axis_has_a_few_round_numbers(values, log, texts):
    """Ticks are round, within the axis, and neither too few nor too many."""
    ticks = _Axis.over(values, 0, 100, log=log).ticks()
    assert texts is None or [text for _, text in ticks] == texts
    assert len(ticks) <= 15
    assert all(0 <= place <= 100 for place, _ in ticks)

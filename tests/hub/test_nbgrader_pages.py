"""nbgrader's own pages of a hostile notebook, in a browser: whatever is clicked, nothing is asked for and nothing runs."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.pages.feedback import render_feedback
from autograder.pages.reading import Reading
from autograder.result import Result
from book.machinery import build
from tests.autograder.nbgrader_bridge.test_markdown import HOSTILE

ROOT = Path(__file__).parents[2]
HUB = "https://hub.example"
# Of nbgrader's own pages, which ask for scripts: MathJax is put in its place, the others are refused.
SCRIPTS = ("cdnjs.cloudflare.com", "unpkg.com", "cdn.jsdelivr.net")
# MathJax 3 with every command there is, also those that the page of nbgrader's own version leaves out.
MATHJAX = """window.MathJax = {
  tex: {inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]], processEscapes: true, packages: {"[+]": ["html", "bbox", "unicode"]}},
  options: {enableMenu: false}
};
"""
HTML = (
    "<img src='http://evil.example/o.png'><img src=/hub/logout><a href='javascript:alert(1)'>x</a>"
    "<a href=/hub/logout>x</a><p style='background:url(//evil.example/p)'>$\\\\href{javascript:alert(1)}{o}$</p>"
    "<svg><a href='javascript:alert(1)'><text y=9>s</text></a></svg>"
)
RAISES = 'def double(x):\n    raise ValueError(r"$\\href{javascript:alert(1)}{click}$ [x](javascript:alert(1)) <img src=/hub/logout>")'


def hostile(notebook):
    """Add cells of every kind to a notebook; outputs as handed in, and outputs that the cells show."""
    show = f"from IPython.display import HTML, Latex, Markdown, SVG, display\nhtml = {HTML!r}\n"
    show += "display(HTML(html))\ndisplay(Markdown('[x](javascript:alert(1))'))\n"
    show += "display(Latex(r'$\\href{javascript:alert(1)}{x}$'))\nprint(r'$\\href{javascript:alert(1)}{x}$', html)\n"
    show += "html"
    cells = [new_markdown_cell(text) for text in HOSTILE.values() if "attachment:" not in text]
    cells += [new_raw_cell(f"{HTML} &lt;img src=//evil.example&gt; $\\href{{javascript:alert(1)}}{{r}}$")]
    cells += [new_code_cell(show, outputs=[new_output("display_data", data={"text/html": HTML})])]
    notebook.cells += cells
    return notebook


@pytest.fixture(scope="module")
def graded(make_course, small_assignment):
    """A course in which one student hands in the notebook, graded by nbgrader with our steps."""
    options = f"c.Grading.assignments = {str(small_assignment.parent)!r}\nc.Grading.results = 'results'\n"
    course = make_course("pages", small_assignment, options)
    course.generate_and_release()
    course.hand_in("mallory", hostile(course.filled(double=RAISES)))
    course.collect()
    autograde = course.nbgrader("autograde", course.id)
    assert autograde.returncode == 0, autograde.stderr
    return course


def formgrader_page(notebook):
    """Give the page on which formgrader shows a notebook to the instructor."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = {"notebook_id": "doubling", "index": 0, "total": 1, "base_url": "", "submission_id": "s"}
    names |= {
        "assignment_id": "doubling",
        "student": "m",
        "last_name": "",
        "first_name": "",
        "notebook_path": "n",
    }
    exporter = HTMLExporter(config=config)
    return exporter.from_notebook_node(notebook, resources=names)[0]


def watched(browser, html):
    """Open a page as of a hub, typeset it, click every link in it; give what it asked for and the dialogs."""
    build.install_packages(ROOT)
    mathjax = ROOT / "node_modules" / "mathjax" / "es5"
    context = browser.new_context()
    tab, asked, said = context.new_page(), [], []

    def answer(route):
        address = urlsplit(route.request.url)
        if route.request.url == f"{HUB}/page":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif address.hostname in SCRIPTS and "mathjax" in address.path.casefold():
            script = MATHJAX + (mathjax / "tex-chtml-full.js").read_text()
            route.fulfill(body=script, content_type="text/javascript")
        else:
            # Of the frame around a notebook: its own scripts, sheets and bar of links.
            if address.hostname not in SCRIPTS and not address.path.startswith("/formgrader/static"):
                asked.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    context.on("page", lambda page: asked.append(f"window {page.url}"))
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.goto(f"{HUB}/page")
    tab.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise", timeout=20_000)
    tab.evaluate("MathJax.startup.promise")
    typeset = tab.locator("mjx-container").count()
    inside = "document.querySelectorAll('#notebook-container a, #notebook-container area')"
    count = tab.evaluate(f"{inside}.length")
    for number in range(count):
        tab.evaluate(
            f"{inside}[{number}].dispatchEvent(new MouseEvent('click', {{bubbles: true, cancelable: true}}))"
        )
        tab.wait_for_timeout(5)
        if not tab.url.startswith(f"{HUB}/page"):
            asked.append(tab.url)
            tab.goto(f"{HUB}/page")
    tab.wait_for_timeout(200)
    context.close()
    return asked, said, typeset


def autograded(course):
    """Give the notebook that the bridge handed over."""
    return nbformat.read(course.root / "autograded" / "mallory" / course.id / f"{course.id}.ipynb", 4)


def test_nothing_happens_on_formgraders_page(graded, browser):
    """Links, images, formulas, outputs, errors and comments of a student: no request, no dialog, no window."""
    asked, said, typeset = watched(browser, formgrader_page(autograded(graded)))
    assert (asked, said) == ([], [])
    assert typeset > 3  # MathJax was there, and typeset what is left


def test_nothing_happens_on_the_page_that_nbgrader_wrote(graded, browser):
    """The file that the student is given, by nbgrader's own command."""
    asked, said, _ = watched(browser, graded.feedback("mallory"))
    assert (asked, said) == ([], [])


def test_the_attack_works_on_text_as_handed_in(browser):
    """The control: the same page made of the notebook itself asks other hosts and the hub, and runs scripts."""
    names = ("inline", "image", "image-of-the-hub", "formula", "formula-of-entities")
    notebook = new_notebook(cells=[new_markdown_cell(HOSTILE[name]) for name in names])
    asked, said, _ = watched(browser, formgrader_page(notebook))
    assert any("evil.example" in address for address in asked)
    assert f"{HUB}/hub/logout" in asked
    assert len(said) == 4  # of a link, and of three formulas, two of which are spelled with entities


def test_original_is_left_as_it_was_handed_in(graded):
    """Only what nbgrader shows is changed."""
    path = graded.root / "submitted" / "mallory" / graded.id / f"{graded.id}.ipynb"
    assert HOSTILE["inline"] in [cell.source for cell in nbformat.read(path, 4).cells]


def test_nothing_happens_on_our_page(graded, browser):
    """Our feedback on the same notebook, its link to the book apart."""
    path = graded.root / "results" / graded.id / "mallory" / "result.json"
    result = Result.from_json(json.loads(path.read_text()))
    html = render_feedback(result, "Doubling", {"double": Reading("S", "https://book.example/s.html#s")})
    context = browser.new_context()
    tab, asked, said = context.new_page(), [], []
    context.route(
        "**/*",
        lambda route: (
            asked.append(route.request.url),
            route.fulfill(body=html, content_type="text/html; charset=utf-8"),
        ),
    )
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.goto(f"{HUB}/page")
    assert "javascript:alert(1)" in tab.inner_text("body")
    hrefs = tab.evaluate("[...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))")
    assert [href for href in hrefs if not href.startswith("#")] == ["https://book.example/s.html#s"]
    tab.wait_for_timeout(100)
    assert (asked, said) == ([f"{HUB}/page"], [])
    context.close()

"""The directives that put interactive figures on a page, and what they do to the page."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[3]
FIGURES = ROOT / "book" / "_static" / "figures"
CONFIGURATION = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
extensions = ["myst_parser", "book.machinery.extensions.figures"]
html_static_path = [{str(ROOT / "book" / "_static")!r}]
"""


@pytest.fixture
def sphinx(tmp_path):
    """A function that builds pages with the directives; gives the folder and what Sphinx complained about."""

    def build(**pages):
        (tmp_path / "conf.py").write_text(CONFIGURATION)
        for name, text in pages.items():
            (tmp_path / f"{name}.md").write_text(f"---\norphan: true\n---\n# A page\n\n{text}\n")
        command = [sys.executable, "-m", "sphinx", "-q", str(tmp_path), str(tmp_path / "out")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return tmp_path / "out", done.stderr

    return build


def test_figure_stands_on_the_page_with_its_settings(sphinx):
    """Options become attributes, the text becomes the fallback, and a caption makes a figure with a name."""
    text = "```{kw-conv2d}\n:input: 1 2; 3 4\n:stride: 2\n:caption: A *small* image.\n:name: fig-small\n"
    out, complaints = sphinx(index=text + "Four **numbers**.\n```\n\nSee {ref}`fig-small`.")
    assert complaints == ""
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    element = page.select_one("figure#fig-small > kw-conv2d")
    assert element.attrs == {"input": "1 2; 3 4", "stride": "2"}
    assert element.get_text(strip=True) == "Fournumbers."
    assert page.select_one("figure#fig-small figcaption em").get_text() == "small"


def test_only_pages_with_a_figure_load_the_scripts(sphinx):
    """A page without a figure loads none of the scripts; one with two figures loads each once."""
    figure = "```{kw-pool}\nText.\n```\n\n"
    out, _ = sphinx(index="Nothing here.", two=figure + figure)
    loaded = re.findall(r"_static/figures/([\w.-]+)", (out / "two.html").read_text())
    assert sorted(loaded) == sorted(path.name for path in FIGURES.iterdir())
    assert "_static/figures" not in (out / "index.html").read_text()


def test_wrong_settings_are_complained_about(sphinx):
    """A slip in a page stops the build with a word on what is wrong, rather than showing another figure."""
    wrong = [
        ("conv1d", ":input: 1 two 3", "'1 two 3' is no matrix: write rows of numbers"),
        ("conv2d", ":kernel:", "'' is no matrix"),
        ("conv2d", ":input: 1 2; 3", "the rows of '1 2; 3' differ in length"),
        ("conv1d", ":padding: Sane", '"Sane" unknown; choose from'),
        ("pool", ":padding: keras", '"keras" unknown; choose from'),
        ("pool", ":kind: mean", '"mean" unknown; choose from'),
        ("conv1d", ":stride: 0", "must be positive"),
        ("receptive-field", ":stride: 2", "Unknown option keys: ['stride']"),
    ]
    text = "\n\n".join(f"```{{kw-{name}}}\n{option}\nText.\n```" for name, option, _ in wrong)
    _, complaints = sphinx(index=text + "\n\n```{kw-pool}\n```")
    for _, _, words in wrong:
        assert words in complaints
    assert 'Content block expected for the "kw-pool" directive' in complaints

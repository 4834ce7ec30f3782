"""A page runs again exactly when something that its outputs depend on has changed."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from book.machinery import build, pages
from book.machinery.contents import page_names

ROOT = Path(__file__).resolve().parents[2]
# A page leaves a mark each time that it runs, where no build looks.
MARK = "open({mark!r}, 'a').write('x')"
LIBRARY = "import sys\nsys.path.insert(0, '../src')\nimport {module}\nprint({module}.answer())"


@pytest.fixture
def book_with_marks(minimal_book: Callable, tmp_path: Path) -> Callable:
    """`minimal_book` with an import from src/, and a function that tells how often its page has run."""
    mark = tmp_path / "mark"
    mark.touch()

    def write(text: str = "", code: str = ""):
        cells = f"{LIBRARY.format(module='probe')}\n{MARK.format(mark=str(mark))}\n{code}"
        return minimal_book(cells, text), lambda: len(mark.read_text())

    return write


def put(book, name: str, text: str) -> None:
    path = book.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def shown(book) -> str:
    return re.sub(r"<[^>]+>", "", (book.out / "book" / "page.html").read_text())


def test_site_is_built_without_a_cell_where_no_code_changed(book_with_marks):
    """A word of a docstring builds the site and runs nothing; a changed number runs the page."""
    book, runs = book_with_marks()
    put(book, "src/probe.py", "from helper import number\ndef answer():\n    return number()\n")
    put(book, "src/helper.py", "def number():\n    return 6 * 7\n")
    assert (build.build(book), runs()) == (True, 1)
    assert "42" in shown(book)
    put(
        book,
        "src/helper.py",
        '"""A module."""\n\ndef number():\n    """The answer."""\n    return 6 * 7  # 42\n',
    )
    assert (build.build(book), runs()) == (True, 1)
    assert (build.build(book), runs()) == (False, 1)
    put(book, "src/helper.py", "def number():\n    return 6 * 8\n")
    assert (build.build(book), runs()) == (True, 2)
    assert "48" in shown(book)


def test_page_runs_for_none_of_what_surrounds_it(book_with_marks):
    """Its own text, a style sheet, a claim, another page, the start page, the options of a cell, other modules."""
    book, runs = book_with_marks("A sentence.")
    put(book, "src/probe.py", "def answer():\n    return 42\n")
    build.run_pages(book)
    put(book, "_toc.yml", "format: jb-book\nroot: book/page\nchapters:\n  - file: book/other\n")
    put(book, "book/other.md", "# Another page\n")
    put(book, "src/stranger.py", "x = 1\n")  # nobody imports it
    for name in (
        "book/_static/kernelwise.css",
        "book/start.html",
        "book/claims/page.toml",
        "book/references.bib",
    ):
        put(book, name, "changed\n")
    page = book.root / "book" / "page.md"
    page.write_text(page.read_text().replace("A sentence.", "Another sentence."))
    page.write_text(page.read_text().replace("ipython3\n", "ipython3\n:name: the-cell\n", 1))
    build.run_pages(book)
    assert runs() == 1


def test_page_runs_when_its_cells_the_lock_or_its_data_change(book_with_marks):
    """What is printed never comes from other packages, other data or an older cell."""
    book, runs = book_with_marks(code="print(open('numbers.txt').read())")
    put(book, "src/probe/__init__.py", "def answer():\n    return 42\n")
    put(book, "book/numbers.txt", "1 2 3")
    build.run_pages(book)
    changes = {"requirements.lock": "numpy==1\n", "src/probe/table.csv": "1,2\n", "book/numbers.txt": "4 5 6"}
    for number, (name, text) in enumerate(changes.items(), start=2):
        put(book, name, text)
        build.run_pages(book)
        assert runs() == number, name
    page = book.root / "book" / "page.md"
    page.write_text(page.read_text().replace("print(open", "print('cells', open"))
    build.run_pages(book)
    assert runs() == 5
    assert "cells 4 5 6" in (book.work / "executed" / "book-page.ipynb").read_text()


def test_two_pages_run_at_a_time(minimal_book, tmp_path):
    """Each in a process of its own: of two pages that wait for each other, the first one alone would fail."""
    wait = (
        "import pathlib, time\npathlib.Path({own!r}).touch()\nend = time.monotonic() + 60\n"
        "while not pathlib.Path({other!r}).exists() and time.monotonic() < end: time.sleep(0.05)\n"
        "assert pathlib.Path({other!r}).exists()"
    )
    marks = [str(tmp_path / f"mark-{n}") for n in range(2)]
    book = minimal_book(wait.format(own=marks[0], other=marks[1]))
    first = (book.root / "book" / "page.md").read_text()
    put(
        book,
        "book/second.md",
        first.replace(wait.format(own=marks[0], other=marks[1]), wait.format(own=marks[1], other=marks[0])),
    )
    found = pages.read_pages(book.root, ["book/page", "book/second"], [])
    start = time.monotonic()
    assert pages.run_stale(found, tmp_path / "kept", 100, build.environment(tmp_path)) == []
    assert time.monotonic() - start < 60


def test_failed_page_runs_again_and_the_other_one_is_kept(minimal_book, tmp_path, capfd):
    """A failure is told with the page's name, and costs no other page its run."""
    book = minimal_book("print('good')")
    text = (book.root / "book" / "page.md").read_text()
    put(book, "book/bad.md", text.replace("print('good')", "raise RuntimeError('out of order')"))
    found = pages.read_pages(book.root, ["book/page", "book/bad"], [])
    environment = build.environment(tmp_path)
    for _ in range(2):
        failed = pages.run_stale(found, tmp_path / "kept", 100, environment)
        assert [page.name for page in failed] == ["book/bad"]
        assert "out of order" in capfd.readouterr().err
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["book-page.ipynb"]


def test_runs_of_pages_that_are_gone_do_not_pile_up(minimal_book, tmp_path):
    """The folder of the kept runs has those of the present pages, whatever it had before."""
    book = minimal_book()
    kept = tmp_path / "kept"
    (kept / "an-old-cache").mkdir(parents=True)
    (kept / "book-gone.ipynb").write_text("{}")
    pages.run_stale(pages.read_pages(book.root, ["book/page"], []), kept, 100, build.environment(tmp_path))
    assert [path.name for path in kept.iterdir()] == ["book-page.ipynb"]


def test_cell_that_jupyter_book_would_run_itself_fails_the_build(minimal_book, monkeypatch):
    """Outputs come from the kept runs alone: a page that is read otherwise is a fault of ours, not a slow build."""
    book = minimal_book()
    monkeypatch.setattr(pages, "fill_cache", lambda *_: build.pages.cached(book.cache))
    with pytest.raises(build.BuildError, match="Jupyter Book ran a page by itself"):
        build.build(book)


# The real book --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the keys of the real pages are made of."""
    root = tmp_path_factory.mktemp("real")
    for name in ("book", "src"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "_toc.yml", "requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def before(real: Path) -> dict[str, str]:
    """The keys of the real pages, without any change."""
    return keys(real)


def keys(root: Path) -> dict[str, str]:
    extensions = yaml.safe_load((root / "_config.yml").read_text())["parse"]["myst_enable_extensions"]
    return {page.name: page.key for page in pages.read_pages(root, page_names(root), extensions)}


def stale_after(before: dict[str, str], root: Path, name: str, old: str, new: str) -> set[str]:
    """Return the real pages that would run after a change, which is undone."""
    path = root / name
    text = path.read_text()
    assert text.count(old) >= 1, (name, old)
    path.write_text(text.replace(old, new, 1))
    try:
        after = keys(root)
    finally:
        path.write_text(text)
    return {page for page in before if before[page] != after[page]}


def importing(module: str) -> set[str]:
    """Return the pages whose text names a module in an import line; no other module of ours imports it."""
    line = re.compile(
        rf"^(?:from kernelwise(?:\.\w+)* import .*\b{module}\b|from kernelwise\.(?:\w+\.)*{module} import)",
        re.M,
    )
    return {name for name in page_names(ROOT) if line.search((ROOT / f"{name}.md").read_text())}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("pooling", "def max_pool2d(", "SPARE = 1\n\n\ndef max_pool2d("),
        ("track_finding", "def fit_circle(", "SPARE = 1\n\n\ndef fit_circle("),
    ],
)
def test_changed_function_runs_the_chapters_that_import_it(real, before, module, old, new):
    """And those only; that no other module of the course imports it makes the list of them easy to tell."""
    users = [
        path.name
        for path in (ROOT / "src/kernelwise").rglob("*.py")
        if f"{module} import" in path.read_text()
    ]
    expected = importing(module)
    found = stale_after(before, real, f"src/kernelwise/{module}.py", old, new)
    assert expected
    assert expected <= found if users else found == expected
    assert len(found) < len(before)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("src/kernelwise/convolution.py", '"""', '"""In other words: '),
        ("src/kernelwise/pooling.py", "import numpy as np", "import numpy as np  # arrays"),
        ("book/claims/images_as_tensors.toml", "value", "value "),
        ("book/claims/decks.toml", "quote", "words"),
        ("book/_static/kernelwise.css", "{", "{ "),
        ("book/machinery/front_door.py", "Write the page", "Write a page"),
        ("book/machinery/build.py", "def build(", "def  build("),
        ("book/data.md", "the", "that"),
    ],
)
def test_words_looks_and_machinery_run_no_chapter(real, before, name, old, new):
    """What no cell sees costs no run; a chapter's own words cost none either, of it or of others."""
    assert stale_after(before, real, name, old, new) == set()

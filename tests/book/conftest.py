"""The built site and a minimal book to break: shared by the tests of the book."""

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from book.machinery import build

ROOT = Path(__file__).resolve().parents[2]
MINIMAL_PAGE = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{name: python3, display_name: Python 3}}
---

# A page

```{{code-cell}} ipython3
{code}
```

{text}
"""


@pytest.fixture(scope="session")
def site() -> Path:
    """The real site, built with the same caches as by `make site` but into a folder of its own."""
    out = ROOT / "build" / "tested-site"
    build.build(build.Site(root=ROOT, work=ROOT / "build" / "book", out=out))
    return out


@pytest.fixture
def minimal_book(site: Path, tmp_path: Path) -> Callable:
    """A function that writes a book of one page with one cell and gives its Site; `site` has run npm."""

    def write(code: str = "print(6 * 7)", text: str = ""):
        root = tmp_path / "root"
        (root / "book").mkdir(parents=True, exist_ok=True)
        for name in (
            "_config.yml",
            "package.json",
            "package-lock.json",
            "book/start.html",
            "book/references.bib",
        ):
            shutil.copy(ROOT / name, root / name)
        for name in ("_static", "_templates"):
            shutil.copytree(ROOT / "book" / name, root / "book" / name, dirs_exist_ok=True)
        if not (root / "node_modules").exists():
            (root / "node_modules").symlink_to(ROOT / "node_modules")
        (root / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
        (root / "book" / "page.md").write_text(MINIMAL_PAGE.format(code=code, text=text))
        return build.Site(root=root, work=tmp_path / "work", out=tmp_path / "out")

    return write


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address at which the site is served for the time of the tests."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True)
class Visit:
    """What happened when a page was opened."""

    page: str
    errors: list[str]
    foreign: list[str]  # requests to other hosts
    overflow: int  # pixels by which the page is wider than the window
    formulas: tuple[int, int, int]  # written, drawn, drawn as an error
    violations: list[str]  # of the accessibility rules that axe-core knows


@pytest.fixture(scope="session")
def visits(site: Path, address: str, browser: Browser, axe: Path) -> Callable[..., list[Visit]]:
    """A function that opens pages, once for each width and colour scheme, and gives what happened: by default
    every page."""

    @functools.cache
    def visit_all(width: int, scheme: str, pages: tuple[str, ...] = ()) -> list[Visit]:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        html = (path.relative_to(site) for path in site.rglob("*.html") if "_static" not in path.parts)
        names = pages or sorted(path.as_posix() for path in html)
        found = [visit(context.new_page(), address, name, axe) for name in names]
        context.close()
        return found

    return visit_all


def visit(page: Page, address: str, name: str, axe: Path) -> Visit:
    errors, foreign = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("response", lambda got: errors.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    own = ("", urlsplit(address).netloc)  # data: and blob: have no host
    page.on("request", lambda asked: None if urlsplit(asked.url).netloc in own else foreign.append(asked.url))
    page.goto(f"{address}/{name}", wait_until="networkidle")
    # On a busy machine the network may be idle before MathJax has begun.
    page.wait_for_function(
        "!document.querySelector('span.math, div.math') || window.MathJax?.startup?.promise", timeout=60_000
    )
    formulas = page.evaluate(
        """async () => {
            await window.MathJax?.startup?.promise;
            return ["span.math, div.math", "mjx-container", "mjx-merror"].map(
                (selector) => document.querySelectorAll(selector).length);
        }"""
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.add_script_tag(path=axe)
    # To describe what breaks no rule takes as long as to look at it.
    broken = page.evaluate("axe.run({preload: false, resultTypes: ['violations']})")["violations"]
    violations = [f"{rule['id']}: {node['html'][:150]}" for rule in broken for node in rule["nodes"]]
    page.close()
    return Visit(name, errors, foreign, overflow, tuple(formulas), violations)

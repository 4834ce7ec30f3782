"""A page with all interactive figures, and a reader who uses it by keyboard alone."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).resolve().parents[3]
CONFIGURATION = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
project = "Figures"
extensions = ["myst_parser", "book.machinery.extensions.figures"]
html_theme = "sphinx_book_theme"
html_static_path = [{str(ROOT / "book" / "_static")!r}]
html_context = {{"default_mode": "auto"}}
"""
PAGE = """# Figures

```{kw-conv1d}
:input: 0 0 0 0 1 2 3 4 4 4
:kernel: -1 1
The ramp becomes a plateau.
```

```{kw-conv2d}
:input: -1 -1 -1 -1 -1; -1 1 -1 1 -1; -1 -1 1 -1 -1; -1 1 -1 1 -1; -1 -1 -1 -1 -1
:kernel: 1 -1 -1; -1 1 -1; -1 -1 1
The X becomes three numbers on its diagonal.
```

```{kw-pool}
:input: 7 0 3; 0 5 0; 3 0 7
:window: 2
:stride: 1
Four windows, four numbers.
```

```{kw-receptive-field}
:layers: 5 1 1; 2 2 1; 3 1 1; 2 2 1
Twelve pixels.
```
"""
TABS = 120  # to the end of the page


@dataclass(frozen=True)
class Figure:
    """One figure on the page."""

    page: Page
    element: Locator

    @property
    def state(self) -> dict:
        """The settings and numbers that the figure says it shows."""
        return self.element.evaluate("figure => figure.state")

    @property
    def outputs(self) -> list[list[float]]:
        """The numbers in the output cells, as they stand in the page."""
        rows = self.find("[role=row]").all()
        return [self.read(row.locator("[role=gridcell]")) for row in rows]

    @staticmethod
    def read(places: Locator) -> list[float]:
        """The numbers that some places show; the figures write a true minus sign."""
        return [float(text.replace("−", "-")) for text in places.all_text_contents()]

    def find(self, part: str) -> Locator:
        return self.element.locator(part)

    def tab_to(self, part: str) -> None:
        """Press Tab, or Shift and Tab, until the focus is on a part of the figure, as readers without a mouse do."""
        target = self.find(part)
        before = target.evaluate("part => part.compareDocumentPosition(document.activeElement) & 4")
        for _ in range(TABS):
            if target.evaluate("part => part === document.activeElement"):
                return
            self.press("Shift+Tab" if before else "Tab")
        pytest.fail(f"the keyboard never reaches {part}")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    def choose(self, settings: dict[str, int]) -> None:
        """Set sliders and selections by keyboard alone: so many steps from the first value of each."""
        for name, steps in settings.items():
            control = self.find(f"[name={name}]")
            if control.is_visible():
                self.tab_to(f"[name={name}]")
                self.press("Home")
                is_list = control.evaluate("control => control.tagName === 'SELECT'")
                self.press("ArrowDown" if is_list else "ArrowRight", steps)


@pytest.fixture(scope="session")
def figure_page(tmp_path_factory):
    """The page, built with the book's theme, opened from disk as a reader may do with the whole site."""
    folder = tmp_path_factory.mktemp("figures")
    (folder / "conf.py").write_text(CONFIGURATION)
    (folder / "index.md").write_text(PAGE)
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", str(folder), str(folder / "out")], check=True)
    return (folder / "out" / "index.html").as_uri()


@pytest.fixture
def opened(browser, figure_page):
    """A function that opens the page and gives one of its figures; no script may fail on it."""
    contexts, errors = [], []

    def open_page(element="kw-conv1d", width=1440, scheme="light", motion="reduce", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion=motion,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(figure_page)
        return Figure(page, page.locator(element))

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []

"""What the built pages say and refer to. Expected numbers come from numpy and scipy, or by counting."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from bs4 import BeautifulSoup
from scipy import signal

LOADING = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src", "object": "data"}
IMAGE = -np.ones((5, 5), int)
IMAGE[[1, 1, 2, 3, 3], [1, 3, 2, 1, 3]] = 1
DIAGONAL = 2 * np.eye(3, dtype=int) - 1


@pytest.fixture(scope="session")
def printed(site: Path, pages: dict[Path, BeautifulSoup]) -> str:
    """Everything that the cells of the two chapters on convolution printed, with single spaces."""
    names = ("convolution_arithmetic", "channels_and_fields")
    chapters = [pages[site / "book" / f"{name}.html"] for name in names]
    outputs = [output.get_text() for chapter in chapters for output in chapter.select(".cell_output pre")]
    return " ".join(" ".join(outputs).split())


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, BeautifulSoup]:
    """All pages of the site, parsed."""
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    assert site / "index.html" in paths
    return {path: BeautifulSoup(path.read_text(), "html.parser") for path in paths}


def seen_pixels(layers: list[tuple[int, int, int]]) -> int:
    """Receptive field by following one output pixel back to the input."""
    pixels = {0}
    for k, s, d in reversed(layers):
        pixels = {s * pixel + d * a for pixel in pixels for a in range(k)}
    return len(range(min(pixels), max(pixels) + 1))


def test_one_dimension_prints_both_products(printed):
    """Cross-correlation and true convolution of the lecture's example are printed, and told apart."""
    x, u = [1, 2, 3, 4], [3, 2]
    assert f"cross-correlation: {np.correlate(x, u, 'valid')}" in printed
    assert f"true convolution: {np.convolve(x, u, 'valid')}" in printed
    assert "[ 3., 8., 13., 18., 8.]" in printed


def test_derivative_has_nine_places(printed):
    """The derivative of ten samples has nine values; the slide printed ten."""
    slope = np.diff([0, 0, 0, 0, 1, 2, 3, 4, 4, 4])
    assert f"array([{', '.join(map(str, slope))}])" in printed


def test_feature_map_of_the_x_is_recomputed(printed):
    """The feature map of the X is the right one, and not that of the slides."""
    expected = signal.correlate2d(IMAGE, DIAGONAL, "valid")
    rows = ", ".join("[" + ", ".join(f"{value:2d}" for value in row) + "]" for row in expected)
    assert re.sub(r"\s+", "", f"array([{rows}])") in re.sub(r"\s+", "", printed)


def test_start_page_shows_the_same_feature_map(site, pages):
    """The picture on the start page shows the image and the numbers of the chapter."""
    page = pages[site / "index.html"]
    shown = [int(text.get_text().replace("−", "-")) for text in page.select(".out text")]
    assert shown == signal.correlate2d(IMAGE, DIAGONAL, "valid").ravel().tolist()
    ink = [1 if "on" in cell["class"] else -1 for cell in page.select("rect.on, rect.off")]
    assert ink == IMAGE.ravel().tolist()


def test_output_size_rounds_down(printed):
    """The counter-example to "round up" prints what counting gives: two places."""
    places = len(range(0, 6 - 3 + 1, 2))
    assert f"formula: {places} counted: {places}" in printed


def test_padding_of_both_libraries_is_printed(printed):
    """Keras pads one zero after, PyTorch one on each side, and the outputs differ."""
    assert "zeros before: 0 zeros after: 1" in printed
    keras, torch = ([1, 2, 3, 4, 5, 6, 0], [0, 1, 2, 3, 4, 5, 6, 0])
    for name, padded in (("Keras, padding='same'", keras), ("PyTorch, padding=1", torch)):
        sums = " ".join(str(np.correlate(padded, [1, 1, 1], "valid")[::2]).split())
        assert f"{name}: {sums}" in printed


def test_colour_example_is_printed(printed):
    """The sum over three channels gives −25, and the first row goes on as it should."""
    assert f"red, green, blue: 308 -498 164 with a bias of 1: {308 - 498 + 164 + 1}" in printed
    assert "[-25, 466, 466, 475]" in printed


def test_parameters_and_fields_are_printed(printed):
    """Parameter counts and receptive fields on the page agree with counting."""
    assert f"{32 * (1 * 5 * 5 + 1):,}" in printed
    assert f"{(128**2) ** 2 + 128**2:,}" in printed
    fields = [seen_pixels([(3, 1, 1)] * 2), seen_pixels([(5, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1)])]
    assert f"two layers: {fields[0]} track network: {fields[1]}" in printed
    assert "full image: 37.50 mm" in printed


def test_pulse_is_found_where_it_is(printed):
    """As the text says, the highest sample of the record is noise, and the highest response a pulse."""
    found = re.search(r"of the record: (\d+) highest sample of the response: (\d+)", printed)
    record, response = map(int, found.groups())
    assert all(abs(record - start) > 24 for start in (60, 150))
    assert min(abs(response - 60), abs(response - 150)) <= 1


def test_figures_say_what_they_show(pages):
    """Every picture in the text of a page has a sentence for readers who do not see it."""
    for path, page in pages.items():
        for picture in page.select("main img"):
            assert len(picture.get("alt", "")) > 20, (path.name, picture)


def test_nothing_is_loaded_from_another_host(site, pages):
    """No page or style sheet names a script, style, picture or font on another host."""
    for path, page in pages.items():
        for tag, attribute in LOADING.items():
            for element in page.find_all(tag):
                assert not urlsplit(element.get(attribute, "")).netloc, (path.name, element)
    sheets = list(site.rglob("*.css"))
    assert sheets
    for path in [*sheets, *pages]:
        assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]*", path.read_text()) == [], path


def test_links_lead_somewhere(pages):
    """Every link and every loaded file inside the site exists, and its anchor too."""
    for path, page in pages.items():
        for element in page.select("[href], [src]"):
            target = urlsplit(element.get("href") or element.get("src") or "")
            if target.scheme or target.netloc:
                continue
            file = (path.parent / unquote(target.path)).resolve() if target.path else path
            assert file.exists(), (path.name, element)
            if target.fragment:
                assert pages[file].find(id=unquote(target.fragment)), (path.name, element)


def test_only_the_used_parts_of_mathjax_are_served(site):
    """The site carries one MathJax script and its fonts, not the whole package, and loads it once a page."""
    served = {path.suffix for path in (site / "_static" / "mathjax").rglob("*") if path.is_file()}
    assert served == {".js", ".woff"}
    assert len(list((site / "_static" / "mathjax").rglob("*.js"))) == 1
    text = (site / "book" / "convolution_arithmetic.html").read_text()
    assert text.count("tex-chtml.js") == 1

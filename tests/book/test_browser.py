"""The site in a real browser, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

# Widths are looked at on every page; colours repeat, so two pages with all kinds of them stand for the rest.
ALL: tuple[str, ...] = ()
COLOURFUL = ("book/convolution_arithmetic.html", "index.html")
WINDOWS = [
    pytest.param(1440, "light", ALL, id="1440-light"),
    pytest.param(390, "light", ALL, id="390-light"),
    pytest.param(1440, "dark", COLOURFUL, id="1440-dark-two"),
    pytest.param(1440, "dark", ALL, id="1440-dark", marks=pytest.mark.slow),
    pytest.param(390, "dark", ALL, id="390-dark", marks=pytest.mark.slow),
]
everywhere = pytest.mark.parametrize(("width", "scheme", "pages"), WINDOWS)


def test_pages_are_all_visited(visits):
    """Protects the tests below from passing on an empty site."""
    opened = {visit.page for visit in visits(1440, "light")}
    assert {"index.html", "book/intro.html", "book/convolution_arithmetic.html", "search.html"} <= opened


@everywhere
def test_page_without_error(visits, width, scheme, pages):
    """No page has a script error, a message of error or a missing file."""
    assert {visit.page: visit.errors for visit in visits(width, scheme, pages) if visit.errors} == {}


@everywhere
def test_page_asks_no_other_host(visits, width, scheme, pages):
    """The site works offline and tells nobody who reads it."""
    assert {visit.page: visit.foreign for visit in visits(width, scheme, pages) if visit.foreign} == {}


@everywhere
def test_page_fits_the_window(visits, width, scheme, pages):
    """Nothing makes a page scroll sideways, on a phone neither."""
    assert {visit.page: visit.overflow for visit in visits(width, scheme, pages) if visit.overflow > 0} == {}


@everywhere
def test_formulas_are_drawn(visits, width, scheme, pages):
    """The local MathJax loads with its fonts' metrics and draws every formula, none as an error."""
    counts = {visit.page: visit.formulas for visit in visits(width, scheme, pages)}
    assert counts["book/convolution_arithmetic.html"][0] > 50
    assert all(written == drawn and wrong == 0 for written, drawn, wrong in counts.values())


@everywhere
def test_page_breaks_no_accessibility_rule(visits, width, scheme, pages):
    """Readers with a keyboard, a screen reader or weak eyes can use every page."""
    assert {visit.page: visit.violations for visit in visits(width, scheme, pages) if visit.violations} == {}


def test_solution_opens_on_demand(browser, address):
    """A solution is folded until the reader asks for it, by keyboard as well."""
    page = browser.new_page()
    page.goto(f"{address}/book/convolution_arithmetic.html")
    answer = page.get_by_text("The kernel is antisymmetric")
    expect(answer).not_to_be_visible()
    page.locator(".solution", has=answer).get_by_role("button").first.press("Enter")
    expect(answer).to_be_visible()
    page.close()


def test_start_page_leads_to_the_course(browser, address):
    """A reader who opens the site reaches the introduction, and the logo leads back."""
    page = browser.new_page()
    page.goto(f"{address}/")
    page.get_by_role("link", name="Start the course").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deep learning for physicists")
    page.get_by_role("navigation", name="Start page").get_by_role("link").click()
    expect(page).to_have_url(f"{address}/index.html")
    page.close()

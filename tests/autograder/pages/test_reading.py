"""What to read of the book: where the links of feedback lead."""

import pytest

from autograder.errors import UsageError
from autograder.pages.reading import ADDRESS_VARIABLE, BESIDE, book_address, readings


def test_link_leads_to_the_heading_of_the_page():
    """Page and anchor are those of the built book; without an address there is the name alone."""
    found = readings({"q": "data#How much does a track bend?"}, "https://x.org/book/")["q"]
    assert (found.section, found.address) == (
        "How much does a track bend?",
        "https://x.org/book/data.html#how-much-does-a-track-bend",
    )
    assert readings({"q": "data#Shapes"}, "")["q"].address == ""


def test_book_is_where_the_variable_says_then_the_assignment_then_beside(tmp_path, monkeypatch):
    """The instructor's own word goes first; a relative link is made only where it leads somewhere."""
    page = tmp_path / "results" / "conv" / "ada"
    page.mkdir(parents=True)
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    assert book_address("", page) == ""
    (tmp_path / "site" / "book").mkdir(parents=True)
    assert book_address("", page) == BESIDE
    assert book_address("") == ""
    assert book_address("https://x.org", page) == "https://x.org"
    monkeypatch.setenv(ADDRESS_VARIABLE, "https://y.org/book")
    assert book_address("https://x.org", page) == "https://y.org/book"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "book", "//x.org", "https://x.org/<b>", "ftp://x.org"]
)
def test_address_that_is_none_is_refused(monkeypatch, address):
    """A typing error is told, and no page gets a link that does nothing."""
    monkeypatch.setenv(ADDRESS_VARIABLE, address)
    with pytest.raises(UsageError, match=r"AUTOGRADER_BOOK is .*expected an address such as https"):
        book_address()

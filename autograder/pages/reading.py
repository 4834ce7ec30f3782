"""What to read of the book for a question: the name of a section, and where it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.text import WEB_ADDRESS

ADDRESS_VARIABLE = "AUTOGRADER_BOOK"
# From a student's page of feedback, where the site is served beside the results.
BESIDE = "../../../site/book"


@dataclass(frozen=True)
class Reading:
    """A section of the book.

    Attributes:
        section: its heading.
        address: a link to it; empty where nobody said where the book is.
    """

    section: str
    address: str = ""


def readings(sections: Mapping[str, str], book: str) -> dict[str, Reading]:
    """Return what to read for each question.

    Args:
        sections: question → "page#Heading", as in `assignment.toml`.
        book: address of the folder of the book's pages; empty: there are no links.

    >>> readings({"conv2d": "convolution#Two dimensions"}, "https://x.org/book")["conv2d"].address
    'https://x.org/book/convolution.html#two-dimensions'
    """
    found = {}
    for question, place in sections.items():
        page, _, heading = place.partition("#")
        address = f"{book.rstrip('/')}/{page}.html#{anchor(heading)}" if book else ""
        found[question] = Reading(heading, address)
    return found


def anchor(heading: str) -> str:
    """Return the id that Sphinx gives a heading of plain letters.

    >>> anchor("Where rounding up is right: `same`")
    'where-rounding-up-is-right-same'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.casefold()).strip("-")


def book_address(known: str = "", folder: Path | None = None) -> str:
    """Return where the book is: what $AUTOGRADER_BOOK says, or `known`, or the site beside the results.

    Args:
        known: what the assignment says.
        folder: of the page that links to it; None is a page that may be anywhere.
    Raises:
        UsageError: the variable holds no address of the web.
    """
    if asked := os.environ.get(ADDRESS_VARIABLE, ""):
        if not WEB_ADDRESS.fullmatch(asked):
            raise UsageError(
                f"${ADDRESS_VARIABLE} is {asked!r}; expected an address such as https://x.org/book"
            )
        return asked
    if known:
        return known
    return BESIDE if folder is not None and (folder / BESIDE).is_dir() else ""

"""Expected and got side by side, drawn from the record that `judge.comparison` makes: HTML and text."""

from __future__ import annotations

from typing import Any

from autograder.pages.html import clean, render
from autograder.result import PICTURE_CELLS as LARGEST
from autograder.text import inert

_CELL_CHARACTERS = 12


def picture_html(record: dict[str, Any], *, inline: bool = True) -> str:
    """Return a picture as two small HTML tables; cells that differ have an outline, weight and hidden words.

    `inline` puts the looks into the elements (notebooks); else they come from the style sheet of a page.
    """
    tables = [
        {"label": label, "slice": record.get("slice", {}).get(side, ""), "rows": _marked(record, side)}
        for side, label in (("expected", "expected"), ("got", "your result"))
    ]
    return clean(render("picture.html", inline=inline, tables=tables, corner=record.get("corner", [0, 0])))


def picture_text(record: dict[str, Any]) -> str:
    """Return a picture as text for a console; cells that differ carry a star.

    >>> print(picture_text({"expected": [["1", "2"]], "got": [["1", "3"]]}))
    expected:
    1  2*
    your result:
    1  3*
    """
    lines = []
    for side, label in (("expected", "expected"), ("got", "your result")):
        note = inert(record.get("slice", {}).get(side, ""), 120, 1)
        lines.append(f"{label}, {note}:" if note else f"{label}:")
        rows = [[text + ("*" if differs else " ") for text, differs in row] for row in _marked(record, side)]
        width = max(len(text) for row in rows for text in row)
        lines += [" ".join(text.rjust(width) for text in row).rstrip() for row in rows]
    return "\n".join(lines)


def _marked(record: dict[str, Any], side: str) -> list[list[tuple[str, bool]]]:
    """Rows of (text, differs from the other side) of one side of a record."""
    other = record["expected" if side == "got" else "got"]
    return [
        [
            (
                inert(text, 2 * _CELL_CHARACTERS, 1),
                i >= len(other) or j >= len(other[i]) or other[i][j] != text,
            )
            for j, text in enumerate(row[:LARGEST])
        ]
        for i, row in enumerate(record[side][:LARGEST])
    ]

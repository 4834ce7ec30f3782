"""The pages of the book, as `_toc.yml` orders them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml


def page_names(root: Path) -> list[str]:
    """Return the names of all pages, such as "book/data", the first page first."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [contents["root"], *chapters(contents)]


def chapters(contents: dict | list) -> Iterator[str]:
    """Yield the names of all pages below the first one, in order."""
    for entry in contents if isinstance(contents, list) else contents.values():
        if isinstance(entry, dict):
            yield from filter(None, [entry.get("file")])
        if isinstance(entry, dict | list):
            yield from chapters(entry)

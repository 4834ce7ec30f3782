"""What a student's cell showed, made harmless: kinds that are known, markup that can do nothing, nothing that
runs, no address."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from typing import Any

import nh3
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.judge.replies import Played, known_output
from autograder.text import plain_tex

# The time to clean it grows with the square of its depth; this much takes a tenth of a second at worst.
HTML_AT_MOST = 20_000
_PNG = b"\x89PNG\r\n\x1a\n"
# What could follow an address or load one is no part of them, nor is what draws over its neighbours.
_TAGS = nh3.ALLOWED_TAGS - {"a", "area", "img", "map"}
_CELL = {"align", "colspan", "rowspan"}
_ATTRIBUTES = {"td": _CELL, "th": _CELL | {"scope"}, "tr": {"align"}, "ol": {"start"}, "col": {"span"}}


@dataclass
class HtmlBudget:
    """What cleaning the HTML of one notebook may take: many small outputs add up to half a minute.

    Attributes:
        characters, seconds: what is left of it; seconds are of the processor.
    """

    characters: int = 400_000
    seconds: float = 2.0

    def cleaned(self, html: str) -> str:
        """Return HTML with nothing active, no address and no style; one line in its place that is too much.

        Formulas in it keep no command but those that set mathematics: MathJax would follow the others.
        """
        left = min(HTML_AT_MOST, self.characters)
        if len(html) > left or self.seconds <= 0:
            return f"<p>An HTML output of {len(html):,} characters is left out: more than is shown here.</p>"
        self.characters -= len(html)
        start = time.thread_time()
        safe = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(), link_rel=None)
        self.seconds -= time.thread_time() - start
        return plain_tex(safe)


def safe_outputs(played: Played, budget: HtmlBudget | None = None) -> list[NotebookNode]:
    """Return the outputs of a cell as nbformat outputs: text, figures as PNG, and HTML without anything
    active.

    Args:
        budget: of the cell's notebook; None is one for this cell alone.
    """
    budget = budget or HtmlBudget()
    safe = [output for record in played.outputs if (output := _safe(record, budget)) is not None]
    if played.message:
        safe.append(new_output("stream", name="stderr", text=played.message + "\n"))
    if played.failure is not None:
        ended = played.failure
        lines = ended.traceback.splitlines() or [f"{ended.type_name}: {ended.message}"]
        safe.append(new_output("error", ename=ended.type_name, evalue=ended.message, traceback=lines))
    return safe


def _safe(record: dict[str, Any], budget: HtmlBudget) -> NotebookNode | None:
    output = known_output(record)
    if output["output_type"] == "stream":
        return new_output("stream", name=output["name"], text=output["text"]) if output["text"] else None
    kept = output["data"]
    if html := kept.pop("text/html", ""):
        kept |= {"text/html": budget.cleaned(html)}
    if not _is_png(kept.get("image/png", "")):
        kept.pop("image/png", None)
    # always display_data: nbgrader reads a score from an execute_result, and no output of a student's is one
    return new_output("display_data", data=kept) if kept else None


def _is_png(text: str) -> bool:
    try:
        return base64.b64decode("".join(text.split()), validate=True).startswith(_PNG)
    except (binascii.Error, ValueError):
        return False

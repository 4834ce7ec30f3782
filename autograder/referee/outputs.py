"""What a student's cell showed, made harmless: kinds that are known, markup that can do nothing, nothing that
runs."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import nh3
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.judge.replies import Played, known_output

# The time to clean it grows with the square of its depth; this much takes a tenth of a second at worst.
HTML_AT_MOST = 20_000
_PNG = b"\x89PNG\r\n\x1a\n"


def safe_outputs(played: Played) -> list[NotebookNode]:
    """Return the outputs of a cell as nbformat outputs: text, figures as PNG, and HTML without anything
    active."""
    safe = [output for record in played.outputs if (output := _safe(record)) is not None]
    if played.message:
        safe.append(new_output("stream", name="stderr", text=played.message + "\n"))
    if played.failure is not None:
        ended = played.failure
        lines = ended.traceback.splitlines() or [f"{ended.type_name}: {ended.message}"]
        safe.append(new_output("error", ename=ended.type_name, evalue=ended.message, traceback=lines))
    return safe


def _safe(record: dict[str, Any]) -> NotebookNode | None:
    output = known_output(record)
    if output["output_type"] == "stream":
        return new_output("stream", name=output["name"], text=output["text"]) if output["text"] else None
    kept = output["data"]
    if html := kept.pop("text/html", ""):
        kept |= {"text/html": nh3.clean(html)} if len(html) <= HTML_AT_MOST else {}
    if not _is_png(kept.get("image/png", "")):
        kept.pop("image/png", None)
    # always display_data: nbgrader reads a score from an execute_result, and no output of a student's is one
    return new_output("display_data", data=kept) if kept else None


def _is_png(text: str) -> bool:
    try:
        return base64.b64decode("".join(text.split()), validate=True).startswith(_PNG)
    except (binascii.Error, ValueError):
        return False

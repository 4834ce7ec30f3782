"""What a student's cell showed, made harmless: kinds that are known, markup that can do nothing, nothing that
runs."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import nh3
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.session import Played

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
    kind = record.get("output_type")
    if kind == "stream":
        name = "stderr" if record.get("name") == "stderr" else "stdout"
        text = record.get("text")
        return new_output("stream", name=name, text=text) if type(text) is str else None
    data = record.get("data")
    if kind not in ("display_data", "execute_result") or type(data) is not dict:
        return None
    kept = {}
    if type(text := data.get("text/plain")) is str:
        kept["text/plain"] = text
    if type(html := data.get("text/html")) is str:
        kept["text/html"] = nh3.clean(html)
    if type(image := data.get("image/png")) is str and _is_png(image):
        kept["image/png"] = image
    # always display_data: nbgrader reads a score from an execute_result, and no output of a student's is one
    return new_output("display_data", data=kept) if kept else None


def _is_png(text: str) -> bool:
    try:
        return base64.b64decode("".join(text.split()), validate=True).startswith(_PNG)
    except (binascii.Error, ValueError):
        return False

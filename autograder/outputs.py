"""What a student's cell showed, made harmless: kinds that are known, markup that can do nothing, nothing that
runs."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import nh3
from nbformat import NotebookNode
from nbformat.v4 import new_output

if TYPE_CHECKING:
    from autograder.session import Played

OUTPUTS_AT_MOST = 50
# The time to clean it grows with the square of its depth; this much takes a tenth of a second at worst.
HTML_AT_MOST = 20_000
_PNG = b"\x89PNG\r\n\x1a\n"


def known_outputs(records: Any, room: int) -> list[dict[str, Any]]:
    """Read the outputs of a cell from a stranger: kinds that are known, as text.

    Args:
        records: what came in their place.
        room: characters of all of them together; what goes beyond, or beyond 50 outputs, is left out.
    """
    known: list[dict[str, Any]] = []
    for record in records if type(records) is list else []:
        output = _known(record)
        room -= size_of(output)
        if room < 0 or len(known) == OUTPUTS_AT_MOST:
            break
        known.append(output)
    return known


def size_of(output: dict[str, Any]) -> int:
    """Return the number of characters of an output that `known_outputs` gave."""
    return len(output["text"]) if "text" in output else sum(map(len, output["data"].values()))


def readable(text: Any) -> str:
    """Return text from a stranger as text that can be written; halves of surrogate pairs become "?"."""
    return text.encode("utf-8", "replace").decode() if type(text) is str else ""


def _known(record: Any) -> dict[str, Any]:
    fields = record if type(record) is dict else {}
    data = fields.get("data")
    if type(data) is not dict:
        name = fields.get("name")
        name = "stderr" if type(name) is str and name == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": readable(fields.get("text"))}
    kinds = ("text/plain", "text/html", "image/png")
    texts = {kind: text for kind in kinds if (text := readable(data.get(kind)))}
    return {"output_type": "display_data", "data": texts}


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
    output = _known(record)
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

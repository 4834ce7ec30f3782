"""From the bytes of a file that anyone may have written to a notebook of plain, known parts.

Only what grading reads is kept: each cell's type, source, id and the few metadata that say which cell it was.
Outputs, attachments, kernel and widgets are dropped here, so that nothing later can trip over them.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode

from autograder.assignment.cells import plain_cell, plain_notebook
from autograder.errors import Rejected
from autograder.result import Flag
from autograder.submission.weights import Weights

# A value of JSON costs the reader up to a hundred bytes: this bounds its memory where the size of the file
# does not.
VALUES_AT_MOST = 4_000_000
CELLS_AT_MOST = 2_000
SOURCE_AT_MOST = 4 << 20  # characters, over all cells

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PYTHON = re.compile(r"3\.\d{1,2}(?!\d)", re.ASCII)
_KEPT: dict[str, type | tuple[type, ...]] = {
    "grade_id": str,
    "grade": bool,
    "solution": bool,
    "locked": bool,
    "task": bool,
    "points": (int, float),
}


@dataclass(frozen=True)
class SubmittedNotebook:
    """A notebook as a student handed it in, without outputs.

    Attributes:
        notebook: its cells: type, source, id, and nbgrader metadata as the student left them; its own
            metadata say at most with which Python it was last run.
        digest: sha256 of the bytes of the file, in hexadecimal; with weights, of both.
        notes: what was damaged and mended while reading.
        name: of the file, without its folder.
        weights: what was handed in beside it; None where the assignment asks for none.
    """

    notebook: NotebookNode
    digest: str
    notes: tuple[Flag, ...] = ()
    name: str = ""
    weights: Weights | None = None

    def with_weights(self, weights: Weights) -> SubmittedNotebook:
        """Return the same with weights, which are part of what is graded."""
        digest = hashlib.sha256(f"{self.digest} {weights.digest}".encode()).hexdigest()
        return replace(self, digest=digest, weights=weights, notes=(*self.notes, *weights.flags))

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "") -> SubmittedNotebook:
        """Read the bytes of a file. Raises Rejected where they are no notebook."""
        notebook, notes = parse(data)
        return cls(notebook, hashlib.sha256(data).hexdigest(), notes, name)

    @classmethod
    def of(cls, content: NotebookNode) -> SubmittedNotebook:
        """Take a notebook that is in memory already. Raises Rejected where it is none."""
        notebook, notes = clean(content)
        return cls(notebook, hashlib.sha256(json.dumps(notebook, sort_keys=True).encode()).hexdigest(), notes)


def parse(data: bytes) -> tuple[NotebookNode, tuple[Flag, ...]]:
    """Read a notebook; what is damaged but harmless is left out, and noted.

    Raises:
        Rejected: the bytes are no notebook, in one sentence for the student.
    """
    text, notes = _decode(data)
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > VALUES_AT_MOST:
        raise Rejected("the notebook holds too many values; clear its outputs, save it and hand it in again")
    try:
        content = json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise Rejected("the notebook is nested too deeply to be read") from None
    except ValueError as error:
        raise Rejected(f"the file is no notebook: it is not valid JSON ({_short(error)})") from None
    notebook, more = clean(content)
    return notebook, notes + more


def clean(content: Any) -> tuple[NotebookNode, tuple[Flag, ...]]:
    """Return the known parts of the notebook in `content`: parsed JSON of nbformat 2 to 4, or a NotebookNode.

    Raises:
        Rejected: it has no list of cells, more than 2000 cells, or more than 4 MiB of source.
    """
    raw_cells = _cells(content)
    if len(raw_cells) > CELLS_AT_MOST:
        raise Rejected(f"the notebook has {len(raw_cells)} cells; at most {CELLS_AT_MOST} are read")
    notes: dict[str, int] = {}
    notebook = plain_notebook([])
    for number, raw in enumerate(raw_cells):
        if isinstance(raw, dict):
            notebook.cells.append(_clean_cell(raw, number, notes))
        else:
            _count(notes, "left out: not a cell")
    if sum(len(cell.source) for cell in notebook.cells) > SOURCE_AT_MOST:
        raise Rejected(
            f"the cells hold more than {SOURCE_AT_MOST >> 20} MiB of text; take the data out of them"
        )
    flags = (Flag("salvaged", f"{count} damaged cell(s) {what}.") for what, count in notes.items())
    if version := _python(content):
        notebook.metadata["language_info"] = {"version": version}
    return notebook, tuple(flags)


def python_of(notebook: NotebookNode) -> str:
    """Return the Python that a cleaned notebook was last run with, such as "3.13"; "" where unknown."""
    return notebook.metadata.get("language_info", {}).get("version", "")


def _python(content: dict[str, Any]) -> str:
    parts: Any = content
    for name in ("metadata", "language_info", "version"):
        parts = parts.get(name) if isinstance(parts, dict) else None
    found = _PYTHON.match(parts) if isinstance(parts, str) else None
    return found[0] if found else ""


def _decode(data: bytes) -> tuple[str, tuple[Flag, ...]]:
    """The text, and a note where it is not plain UTF-8."""
    encoding, note = "utf-8", ""
    if data.startswith(codecs.BOM_UTF8):
        encoding, note = "utf-8-sig", "The file begins with a byte-order mark."
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, note = "utf-16", "The file is in UTF-16; a notebook is in UTF-8."
    start = data[:64].lstrip()
    if not data.strip():
        raise Rejected("the file is empty")
    if start.startswith(b"PK\x03\x04"):
        raise Rejected("the file is a zip archive; hand in the notebook that is in it")
    if start.startswith(b"<"):
        raise Rejected(
            "the file is a web page; hand in the notebook itself (File → Download), not its display"
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Rejected("the file is no notebook: it is not text in UTF-8") from None
    return text, (Flag("salvaged", note),) if note else ()


def _cells(content: Any) -> list[Any]:
    if not isinstance(content, dict):
        raise Rejected("the file is JSON, but no notebook: it holds no cells")
    if isinstance(cells := content.get("cells"), list):
        return cells
    # nbformat 2 and 3 put the cells into worksheets, of which Jupyter only ever made one.
    sheets = content.get("worksheets")
    sheets = [sheet for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    lists = [sheet["cells"] for sheet in sheets if isinstance(sheet.get("cells"), list)]
    if not lists:
        raise Rejected("the file is JSON, but no notebook: it holds no cells")
    return [cell for cells in lists for cell in cells]


def _clean_cell(raw: dict[str, Any], number: int, notes: dict[str, int]) -> NotebookNode:
    source = _text(raw.get("source", raw.get("input", "")), notes)
    kind = raw.get("cell_type")
    if kind == "heading":  # nbformat 3
        level = raw.get("level")
        source = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
    # An unknown type is not run, unless its id says that it is an answer.
    kind = {"code": "code", "markdown": "markdown", "heading": "markdown"}.get(str(kind), "raw")
    name = raw.get("id")
    name = name if isinstance(name, str) and _CELL_ID.fullmatch(name) else f"cell-{number}"
    return plain_cell(kind, source, name, _identity(raw.get("metadata")))


def _identity(metadata: Any) -> dict[str, Any]:
    """The part of a cell's metadata that says which released cell it was."""
    if not isinstance(metadata, dict):
        return {}
    kept: dict[str, Any] = {}
    nbgrader = metadata.get("nbgrader")
    if isinstance(nbgrader, dict):
        kept["nbgrader"] = {
            key: nbgrader[key] for key, kind in _KEPT.items() if isinstance(nbgrader.get(key), kind)
        }
    if isinstance(question := metadata.get("question"), str):
        kept["question"] = question
    return kept


def _text(source: Any, notes: dict[str, int]) -> str:
    lines = source if isinstance(source, list) else [source]
    strings = [line for line in lines if isinstance(line, str)]
    if len(strings) < len(lines):
        _count(notes, "with source that is no text")
    text = "".join(strings).replace("\r\n", "\n").replace("\r", "\n")
    # JSON can spell half of a surrogate pair, which no file can be written with.
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _count(notes: dict[str, int], what: str) -> None:
    notes[what] = notes.get(what, 0) + 1


def _short(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}"
    return "a number in it is too long"

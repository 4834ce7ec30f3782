"""The clauses of the contract on what is shipped: the allow-list and nothing else, and no secret in any file.

The release refuses plain mistakes itself; this looks at what it wrote, line by line, and shares no code
with it.
"""

from __future__ import annotations

import ast
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.assignment.cells import is_answer
from autograder.assignment.definition import SECTIONS_FILE, Assignment
from autograder.assignment.release import write_release
from autograder.assignment.solutions import solution_regions
from autograder.assignment.source import source_notebook
from autograder.contract.finding import Finding, finding
from autograder.result import CheckSpec
from autograder.wire.weight_names import FOLDER

# Shorter lines, such as `for i in range(n):`, say nothing; a whole solution may be short.
LINE_LENGTH = 20
REGION_LENGTH = 12
_SAYS_NOTHING = ("def ", "class ", "import ", "from ", "#", "@", '"""', "'''")


def release_findings(assignment: Assignment, manifest: Sequence[CheckSpec]) -> Iterator[Finding]:
    """Write the release into a temporary folder, and look at every file that is in it.

    Raises:
        UsageError: the release cannot be written.
    """
    solutions = list(_solution_pieces(assignment, manifest))
    bodies = dict(_check_bodies(assignment))
    hidden = {check.id: bodies.get(check.id) for check in manifest if check.visibility == "hidden"}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "release"
        write_release(assignment, manifest, folder)
        files = {
            path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()
        }
        yield finding("release: equals the allow-list", _list_faults(assignment, set(files)))
        for name, path in files.items():
            text = _text_of(path)
            bare = _without_space(text)
            found = [piece for piece in solutions if _without_space(piece) in bare]
            faults = [f"holds the solution's {found[0].strip()!r}; take it out"] if found else []
            yield finding(f"release: no solution in {name}", faults)
            yield finding(f"release: no hidden check in {name}", _hidden_faults(hidden, text, bare))
            yield finding(f"release: no weights in {name}", _weight_faults(assignment, path))


def _list_faults(assignment: Assignment, files: set[str]) -> Iterator[str]:
    public = {path.name for path, visibility in assignment.check_files if visibility == "public"}
    allowed = {f"{assignment.id}.ipynb", *public, *(Path(name).as_posix() for name in assignment.files)}
    allowed |= {SECTIONS_FILE} if assignment.sections else set()
    if extra := sorted(files - allowed):
        yield f"ships {', '.join(extra)}, which assignment.toml does not list under files"
    if missing := sorted(allowed - files):
        yield f"does not ship {', '.join(missing)}"


def _hidden_faults(hidden: dict[str, str | None], text: str, bare: str) -> Iterator[str]:
    for name, body in hidden.items():
        if re.search(rf"\b{re.escape(name)}\b", text):
            yield f"names the hidden check {name}; take it out"
        elif body is not None and body in bare:
            yield f"holds what the hidden check {name} does; take it out, or make the check public"


def _weight_faults(assignment: Assignment, path: Path) -> Iterator[str]:
    """Look for the bytes of trained weights, whatever the file is called."""
    content = path.read_bytes()
    for weights in sorted((assignment.folder / FOLDER).rglob("*")):
        if weights.is_file() and weights.read_bytes() == content:
            yield f"is {weights.relative_to(assignment.folder)}, which students are to train; take it out"


def _solution_pieces(assignment: Assignment, manifest: Sequence[CheckSpec]) -> Iterator[str]:
    """Yield each solution as a whole, and each of its lines that says something."""
    for cell in source_notebook(assignment, manifest).cells:
        if not is_answer(cell):
            continue
        for region in solution_regions(cell.source):
            if len(_without_space(region)) >= REGION_LENGTH:
                yield region
            for line in region.splitlines():
                telling = not line.strip().startswith(_SAYS_NOTHING)
                if telling and len(_without_space(line)) >= LINE_LENGTH:
                    yield line


def _check_bodies(assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Yield the name and what is done, without white space and docstring, of each hidden check."""
    for path, visibility in assignment.check_files:
        if visibility != "hidden":
            continue
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                text = "".join(ast.get_source_segment(source, statement) or "" for statement in body)
                if len(_without_space(text)) >= LINE_LENGTH:
                    yield node.name, _without_space(text)


def _text_of(path: Path) -> str:
    """Return all text of a file; of a notebook, every string in it, as JSON breaks lines into pieces."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return "\n".join(_strings(json.loads(text))) if path.suffix == ".ipynb" else text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *_strings(item))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _without_space(text: str) -> str:
    return "".join(text.split())

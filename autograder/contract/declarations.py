"""The clauses of the contract that reading the author's files decides, without running anything."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.assignment.answer_files import AnswerFile, read_answer_file, weight_files
from autograder.assignment.definition import Assignment
from autograder.contract.finding import Finding, finding
from autograder.errors import UsageError
from autograder.result import SUBMISSION_STATUSES, CheckSpec

AT_LEAST = {"alternatives": 3, "wrong": 10, "hostile": 0}
PUBLIC_IMPORTS = frozenset({"numpy", "pytest", "autograder.checks", "hypothesis", "math"})
_HEADER: dict[str, set[str]] = {
    "alternatives": {"weights"},
    "wrong": {"loses", "says", "weights"},
    "hostile": {"loses", "flags", "status", "weights"},
}


def check_findings(assignment: Assignment, manifest: Sequence[CheckSpec]) -> Iterator[Finding]:
    """Look at what collecting the checks cannot see: names lost, poor sentences, imports of public checks."""
    # Of two functions of one name in one file, Python keeps the last.
    names = Counter(name for path, _ in assignment.check_files for name in _check_names(path))
    twice = [f"{name} stands {n} times; rename all but one" for name, n in names.items() if n > 1]
    yield finding("checks: ids are unique", twice)
    for check in manifest:
        yield finding(f"checks: {check.id}", _sentence_faults(check.description))
    for path, visibility in assignment.check_files:
        if visibility == "public":
            yield finding(f"public checks: imports of {path.name}", _import_faults(path, assignment.allow))


def answer_file_findings(
    assignment: Assignment, kind: str, manifest: Sequence[CheckSpec], reference: Mapping[str, str]
) -> Iterator[Finding]:
    """Look at the number, the questions, the headers and the edits of the answer files of one kind.

    Args:
        reference: source by question, which edits are edits of.
    """
    checks = [check.id for check in manifest]
    paths = assignment.answer_files(kind)
    if len(paths) < AT_LEAST[kind]:
        faults = [f"{len(paths)} files in {kind}/, at least {AT_LEAST[kind]} expected; add others"]
        yield finding(f"answer files: enough in {kind}", faults)
    for path in paths:
        try:
            answer = read_answer_file(path)
            faults = [*_question_faults(answer, reference), *_header_faults(answer, kind, checks)]
            weight_files(assignment, answer.header)
            answer.cells_with(reference)
        except UsageError as error:
            faults = [str(error)]
        yield finding(f"answer files: {kind}/{path.name}", faults)


def declared(header: Mapping[str, Any], name: str) -> set[str]:
    """Return the strings of the set, or the keys, that a header declares; other values count as empty."""
    value = header.get(name)
    return {item for item in value if isinstance(item, str)} if isinstance(value, set | dict) else set()


def least_losses(header: Mapping[str, Any]) -> dict[str, float]:
    """Return the least part of its points that an answer loses of each check, where its header says so."""
    loses = header.get("loses")
    return loses if isinstance(loses, dict) and not any(_bad_parts(loses)) else {}


def _bad_parts(loses: Mapping[Any, Any]) -> Iterator[str]:
    for check, part in loses.items():
        if not isinstance(check, str) or type(part) not in (int, float) or not 0 < part <= 1:
            yield f"loses has {check!r}: {part!r}; write a check and the least part of its points, up to 1"


def _sentence_faults(description: str) -> Iterator[str]:
    if len(description.split()) < 3 or not description.endswith((".", "!", "?")):
        yield f"its docstring is {description!r}; write one whole sentence, full stop included"


def _check_names(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return [node.name for node in functions if node.name.startswith("test")]


def _import_faults(path: Path, allowed: Collection[str]) -> Iterator[str]:
    """Yield what students could not import: public checks run where the reference is not.

    `allowed` are the modules of the course that answers may import, too.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            members = [f"{module}.{alias.name}" for alias in node.names]
            modules = members if set(members) <= set(allowed) else [module]
        else:
            continue
        for module in modules:
            if not {module, module.split(".")[0]} & {*PUBLIC_IMPORTS, *allowed}:
                known = ", ".join(sorted({*PUBLIC_IMPORTS, *allowed}))
                yield f"line {node.lineno} imports {module}; public checks use hand values and {known} only"


def _question_faults(answer: AnswerFile, questions: Collection[str]) -> Iterator[str]:
    if not answer.questions and "weights" not in answer.header:
        yield 'answers no question; write # %% question="id" above its function'
    if unknown := sorted(set(answer.questions) - set(questions)):
        yield f"answers {', '.join(unknown)}; the notebook asks {', '.join(sorted(questions))}"


def _header_faults(answer: AnswerFile, kind: str, checks: Collection[str]) -> Iterator[str]:
    header = answer.header
    if unknown := sorted(set(header) - _HEADER[kind]):
        allowed = ", ".join(sorted({*_HEADER[kind], "edits"}))
        yield f"declares {', '.join(unknown)}; a file in {kind}/ may declare {allowed}"
    if kind == "hostile" and not header:
        yield "declares no outcome; write loses = {...}, flags = {...} or status = ..."
    if kind == "wrong" and not header.get("loses"):
        yield "declares no check that it loses; write loses = {...}"
    if kind == "wrong":
        yield from pattern_faults(header.get("says"))
    for name in ("loses", "flags"):
        if name == "loses" and isinstance(header.get(name), dict):
            yield from _bad_parts(header[name])
        elif name in header and not (
            isinstance(header[name], set) and declared(header, name) == header[name]
        ):
            yield f"{name} is {header[name]!r}; write a set of strings"
    if unknown := sorted(declared(header, "loses") - set(checks)):
        yield f"loses {', '.join(unknown)}, which is no check; there are {', '.join(checks)}"
    if header.get("status", "graded") not in SUBMISSION_STATUSES:
        yield f"status is {header['status']!r}; expected one of {', '.join(SUBMISSION_STATUSES)}"


def pattern_faults(says: object) -> Iterator[str]:
    """Say why `says` is no pattern that tells one message from others, if so."""
    if not isinstance(says, str):
        yield 'declares no pattern for the message of the first check it loses; write says = "..."'
        return
    try:
        if re.search(says, ""):
            yield f"says = {says!r} matches any message; name the fault"
    except re.error as error:
        yield f"says = {says!r} is no regular expression: {error}"

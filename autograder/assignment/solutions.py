"""Where the solution of an answer cell begins and ends, and what the student sees in its place.

The lines and the stub are those of nbgrader 0.9.6's `ClearSolutions`, byte for byte, so that a notebook
released by us and one released by nbgrader are the same; grading need not import nbgrader for it.
"""

from __future__ import annotations

import re

from autograder.errors import UsageError

BEGIN = "BEGIN SOLUTION"
END = "END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


def has_markers(text: str) -> bool:
    """Return whether `text` marks any part of itself as a solution."""
    return BEGIN in text or END in text


def clear_solution(source: str) -> str:
    """Return the stub of an answer cell: each solution region replaced by two lines, indented as it begins.

    A cell without any region is a solution as a whole.

    Raises:
        UsageError: a region begins within another one, or never ends.
    """
    if BEGIN not in source:
        return "\n".join(STUB)
    kept: list[str] = []
    for line, inside in _lines(source):
        if BEGIN in line:
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + stub_line for stub_line in STUB]
        elif END not in line and not inside:
            kept.append(line)
    return "\n".join(kept)


def without_markers(source: str) -> str:
    """Return the reference answer: the cell with its solution, without the lines that mark it."""
    return "\n".join(line for line in source.split("\n") if not has_markers(line))


def solution_regions(source: str) -> tuple[str, ...]:
    """Return the text of each solution region; of a cell without any, the whole text."""
    if BEGIN not in source:
        return (source,)
    regions: list[list[str]] = []
    for line, inside in _lines(source):
        if BEGIN in line:
            regions.append([])
        elif inside and END not in line:
            regions[-1].append(line)
    return tuple("\n".join(region) for region in regions)


def is_attempted(answer: str, stub: str) -> bool:
    """Return whether an answer is neither empty nor its stub; white space never makes a difference."""
    return answer.split() not in ([], stub.split())


def defined_names(source: str) -> frozenset[str]:
    """Return the names that a cell binds at its top level by `def`, `class` or `=`.

    A pattern and not `ast`: cells hold magics and syntax errors, and the referee need not parse what it
    distrusts.
    """
    return frozenset(match[1] or match[2] for match in _BINDING.finditer(source))


_BINDING = re.compile(
    r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE
)


def _lines(source: str) -> list[tuple[str, bool]]:
    """Each line, with whether it lies in a solution region; marker lines of a region count as inside."""
    lines, inside = [], False
    for line in source.split("\n"):
        if BEGIN in line:
            if inside:
                raise UsageError(
                    f"a solution begins within a solution; end the first one before {line.strip()!r}"
                )
            inside = True
        lines.append((line, inside))
        if END in line and BEGIN not in line:
            inside = False
    if inside:
        raise UsageError(f"a solution never ends; add the line ### {END}")
    return lines

"""What to tell a student whose cell stopped: the usual causes have a usual cure."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence

from autograder.wire.failures import NOT_ANSWERED, Failure

_HOME_PATH = re.compile(r"(/home/|/Users/|/root(?=/)|[A-Za-z]:\\)[^'\"\s]*")
_NAME = re.compile(r"name '([^']+)' is not defined")
_MODULE = re.compile(r"No module named '([^']+)'")
_PART = re.compile(r"cannot import name '([^']+)' from '([^']+)'")
# The tree of a program takes a hundred times its text, and the text is a stranger's.
PARSED_AT_MOST = 100_000


def hint(ended: Failure, later: Sequence[str], allowed: Sequence[str], python: str = "") -> str:
    """Return a sentence on what to do, or nothing.

    Args:
        ended: the exception that stopped the cell.
        later: the sources of the cells after it.
        allowed: modules of the course that answers may import.
        python: the version that the notebook was last run with, such as "3.13"; "" where it does not say.
    """
    if ended.type_name == "SyntaxError":
        return _newer(python)
    if ended.type_name == "NameError" and (found := _NAME.search(ended.message)):
        if any(found[1] in _defined(source) for source in later):
            return f"{found[1]} is defined only in a later cell: run the notebook from the top."
        return f"{found[1]} is defined nowhere in the notebook as handed in; was its cell deleted?"
    if ended.type_name == "ModuleNotFoundError" and (found := _MODULE.search(ended.message)):
        return _without(found[1], allowed) or f"{found[1]} is not installed where answers are graded."
    if ended.type_name == "ImportError" and (found := _PART.search(ended.message)):
        return _without(f"{found[2]}.{found[1]}", allowed) or _newer(python)
    if ended.type_name in ("FileNotFoundError", "PermissionError", "OSError") and (
        path := _HOME_PATH.search(ended.message)
    ):
        return f"{path[0]} exists on your own computer only: use a path relative to the notebook."
    if ended.type_name == "EOFError":
        return "Nobody is there to answer input() when the notebook is graded."
    return ""


def fault(ended: Failure | None, later: Sequence[str], allowed: Sequence[str], python: str = "") -> str:
    """Say that the cell of a question stopped, and what to do; nothing where it ran, or is not answered yet.

    Arguments as in `hint`; `ended` is None where the cell ran through.
    """
    if ended is None or ended.type_name == NOT_ANSWERED:
        return ""
    what = f"The cell of this question stopped with {ended.type_name}: {ended.message}."
    return f"{what} {hint(ended, later, allowed, python)}".strip()


def _newer(python: str) -> str:
    """Say that the notebook is of a newer Python than answers are graded with, if it is."""
    here = sys.version_info[:2]
    if not python or tuple(map(int, python.split("."))) <= here:
        return ""
    return (
        f"Your notebook was run with Python {python}, and answers are graded with Python "
        f"{here[0]}.{here[1]}: what is new since then cannot be read here."
    )


def _without(module: str, allowed: Sequence[str]) -> str:
    """Return the rule on the course's own modules, if this is one of them."""
    if module.partition(".")[0] not in {name.partition(".")[0] for name in allowed}:
        return ""
    return f"Answers are graded without {module}: only {', '.join(allowed)} may be imported from the course."


def _defined(source: str) -> set[str]:
    """Return the names that a cell defines at its top level."""
    if len(source) > PARSED_AT_MOST:
        return set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        else:
            names.update(
                n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            )
    return names

"""Who is to blame: the cells without which something comes out well, found by trying."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

Cells = frozenset[int]

# What reaches beyond a cell, in the words of Python.
_FAR_REACHING = re.compile(
    r"\b(os|sys|gc|signal|threading|subprocess|multiprocessing|concurrent|asyncio|ctypes|builtins|atexit|"
    r"autograder|setattr|globals|vars|exec|eval|get_ipython|__\w+__)\b"
)
# The tree of a program takes a hundred times its text, and the text is a stranger's.
_PARSED_AT_MOST = 100_000
# What a definition may hold where it is evaluated at once.
_INERT = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Subscript, ast.UnaryOp, ast.BinOp),
    *(ast.expr_context, ast.unaryop, ast.operator, ast.arguments, ast.arg),
)


class Outcome(Enum):
    """How a try came out: well, otherwise (an error, a wrong answer), or with the end of the process."""

    WELL = auto()
    OTHERWISE = auto()
    ENDED = auto()


def suspicion(source: str) -> int:
    """Return how much a cell is to be suspected of leaving something behind; 0 for none.

    A cell that only defines functions, imports modules and names plain values leaves nothing behind, whatever
    its functions do when they are called.
    """
    found = 1 + len(set(_FAR_REACHING.findall(source)))
    if len(source) > _PARSED_AT_MOST:
        return found
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found  # a magic, most likely
    return 0 if all(map(_is_inert, tree.body)) else found


def _is_inert(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef(args=arguments, returns=returns, decorator_list=[]):
            at_once = [*ast.walk(arguments), *(ast.walk(returns) if returns else ())]
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.Assign(targets=[ast.Name()], value=value) | ast.Expr(value=value):
            at_once = [*ast.walk(value)]
        case _:
            return False
    return all(isinstance(each, _INERT) for each in at_once)


def culprits(
    suspects: Sequence[Cells], attempt: Callable[[Cells], Outcome], suspicions: Mapping[int, int]
) -> Cells:
    """Return the cells to leave out, so that the process does not end; none if no cell but the one that was
    running is to blame.

    A name that is missing without them keeps a process alive as well. So only a try that comes out well
    acquits the cell that was running.

    Args:
        suspects: groups of cells, the likeliest first; a later group is suspected together with those before
            it.
        attempt: plays without some cells and says how that came out.
        suspicions: of the cells. Where leaving out one cell or another helps, since one does it when it sees
            the other, the less suspected and then the later one is acquitted.
    """
    everybody: Cells = frozenset().union(*suspects)
    if not everybody or (alone := attempt(everybody)) is Outcome.ENDED:
        return frozenset()
    without: Cells = frozenset()
    for group in suspects:
        if group <= without:
            continue
        without |= group
        if (alone if without == everybody else attempt(without)) is Outcome.WELL:
            return _without_innocents(without, attempt, suspicions)
    return frozenset()


def _without_innocents(
    without: Cells, attempt: Callable[[Cells], Outcome], suspicions: Mapping[int, int]
) -> Cells:
    """Put back as many cells as do no harm, half of them at a time, then quarters, then one by one."""
    size = len(without) // 2
    while size:
        cells = sorted(without, key=lambda cell: (suspicions[cell], -cell))
        for start in range(0, len(cells), size):
            rest = without - frozenset(cells[start : start + size])
            if rest and rest != without and attempt(rest) is Outcome.WELL:
                without = rest
        size //= 2
    return without

"""Who is to blame: the cells without which something comes out well, found by trying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

Cells = frozenset[int]


class Outcome(Enum):
    """How a try came out: well, otherwise (an error, a wrong answer), or with the end of the process."""

    WELL = auto()
    OTHERWISE = auto()
    ENDED = auto()


def culprits(suspects: Sequence[Cells], attempt: Callable[[Cells], Outcome]) -> Cells:
    """Return the cells to leave out, so that the process does not end; none if no cell but the one that was
    running is to blame.

    A name that is missing without them keeps a process alive as well. So only a try that comes out well
    acquits the cell that was running.

    Args:
        suspects: groups of cells, the likeliest first; a later group is suspected together with those before
            it.
        attempt: plays without some cells and says how that came out.
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
            return _without_innocents(without, attempt)
    return frozenset()


def _without_innocents(without: Cells, attempt: Callable[[Cells], Outcome]) -> Cells:
    """Put back as many cells as do no harm, half of them at a time, then quarters, then one by one."""
    size = len(without) // 2
    while size:
        cells = sorted(without)
        for start in range(0, len(cells), size):
            rest = without - frozenset(cells[start : start + size])
            if rest and rest != without and attempt(rest) is Outcome.WELL:
                without = rest
        size //= 2
    return without

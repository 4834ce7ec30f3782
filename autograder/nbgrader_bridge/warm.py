"""Referees kept between notebooks: nbgrader makes its preprocessors anew, a referee takes a second."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.assignment.definition import Assignment
from autograder.errors import InfrastructureError
from autograder.judge.seeds import class_seed, fingerprint
from autograder.referee import conditions
from autograder.referee.referee import Referee

_referees: dict[Path, tuple[object, Referee]] = {}
# A referee grades one submission at a time; a server may be asked for two.
_turn = threading.Lock()


@contextmanager
def warm_referee(
    assignment: Assignment, *, seed: int | None = None, trust: bool = False
) -> Iterator[Referee]:
    """Lend this process's referee of an assignment; a new one where assignment, seed or trust have changed.

    Raises:
        UsageError, InfrastructureError: as `Referee` does.
        InfrastructureError: the modules that the checks import, or the grader, have changed on the disk.
    """
    with _turn:
        asked = (assignment, fingerprint(class_seed(assignment.id, seed)), trust)
        if assignment.folder in _referees and not _is_current(asked, *_referees[assignment.folder]):
            _referees.pop(assignment.folder)[1].close()
        if assignment.folder not in _referees:
            _referees[assignment.folder] = asked, Referee(assignment, seed=seed, trust=trust)
        yield _referees[assignment.folder][1]


def _is_current(asked: object, was_asked: object, referee: Referee) -> bool:
    known = referee.environment
    now = conditions.environment(referee.assignment, referee.rung, known["seed"])
    # Modules once imported stay as they are: a new referee in this process would say what is not so.
    if stale := [part for part in ("reference", "grader") if now[part] != known[part]]:
        raise InfrastructureError(
            f"the {' and the '.join(stale)} changed since this process loaded it; start it again, then grade"
        )
    return asked == was_asked and now == known


@atexit.register
def close_referees() -> None:
    """End every warm process."""
    while _referees:
        _referees.popitem()[1][1].close()

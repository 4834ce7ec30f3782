"""One submission being played: its cells run, its functions called, its player replaced when it dies."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from autograder.assignment import Budget
from autograder.checks import StudentError
from autograder.errors import InfrastructureError, PlayerDied
from autograder.seeds import derive
from autograder.shell import Failure

if TYPE_CHECKING:  # it loads what only Linux has, and `check` runs everywhere
    from autograder.spawn import PlayerProcess

# After a time-out each further check of the same question gets this part of its time: an endless loop must
# not cost the class an hour, and a function that is slow once still earns the rest.
SECOND_CHANCE = 0.2


class Cell(Protocol):
    """A code cell to play: its text, and the question that it answers, if any."""

    @property
    def source(self) -> str: ...
    @property
    def question(self) -> str | None: ...


@dataclass(frozen=True)
class Played:
    """What a cell did.

    Attributes:
        status: "ran", "failed" (an exception), or how it ended the process: "timeout", "crashed",
            "protocol_error"; or "not_run" where the notebook's time was used up before it.
        outputs: nbformat-like dictionaries; not to be trusted.
        failure: the exception that ended it, or None.
        changed: what it changed in the way later cells are read.
        message: for the student, where the status is neither "ran" nor "failed".
    """

    status: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    message: str = ""


class Session:
    """The play of one submission. `spawn` makes a fresh player; `seed` makes student randomness repeat."""

    def __init__(
        self, spawn: Callable[[], PlayerProcess], cells: Sequence[Cell], budget: Budget, seed: bytes
    ) -> None:
        self._spawn, self._cells, self._budget, self._seed = spawn, cells, budget, seed
        self._player: PlayerProcess | None = None
        self._left_out: set[int] = set()
        self._notebook_seconds = 0.0
        self._deadline = time.monotonic() + budget.submission_seconds
        self._slow_questions: set[str] = set()
        self._check: tuple[str, float] = ("", 0.0)
        self._calls = 0
        self.played: dict[int, Played] = {}
        self.changed: tuple[Any, ...] = ()
        self.death: PlayerDied | None = None
        self.broken: InfrastructureError | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self._player is not None:
            self._player.close()

    def play(self) -> None:
        """Run all cells in a fresh player; a cell that ends the process is left out of the next attempt.

        Raises:
            InfrastructureError: the sandbox failed.
        """
        while True:
            if self._player is not None:
                self._player.close()
            self._player = self._spawn()
            died_at = next((i for i in range(len(self._cells)) if not self._play_cell(i)), None)
            if died_at is None:
                return
            self._left_out.add(died_at)

    def begin_check(self, check: str, question: str, seconds: float) -> None:
        """Start the clock of one check."""
        if question in self._slow_questions:
            seconds *= SECOND_CHANCE
        self._check = (check, time.monotonic() + seconds)
        self._question = question
        self._calls = 0
        self.death, self.changed = None, ()

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the student's.

        Raises:
            StudentError: it raised, is not defined, or returned what cannot be checked.
            PlayerDied: it ended its process, or took too long; every further call of this check raises it
                again.
            InfrastructureError: the sandbox failed.
        """
        if self.broken is not None:
            raise self.broken
        if self.death is not None:
            raise self.death
        try:
            return self._call(name, args, kwargs)
        except PlayerDied as death:
            self.death, self._player = death, None
            if death.kind == "timeout":
                self._slow_questions.add(self._question)
            raise
        except InfrastructureError as error:
            self.broken = error
            raise

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        check, deadline = self._check
        if self._player is None:
            before = time.monotonic()
            self._replay()
            deadline += time.monotonic() - before  # the check does not pay for another one's death
            self._check = (check, deadline)
        assert self._player is not None
        self._calls += 1
        seed = derive(self._seed, f"player:{check}:{self._calls}")
        request = {"op": "call", "name": name, "args": args, "kwargs": kwargs, "seed": seed}
        reply = self._player.ask(request, min(deadline, self._deadline))
        if "failure" in reply:
            ended = _failure(reply["failure"])
            raise StudentError(ended.type_name, ended.message)
        changed = reply.get("changed")
        known = set(range(len(args))) | set(kwargs)
        self.changed = tuple(key for key in changed if key in known) if type(changed) is list else ()
        return reply.get("value")

    def _replay(self) -> None:
        if time.monotonic() >= self._deadline:
            raise PlayerDied("timeout", "The time for the whole submission is used up.")
        self.play()

    def _play_cell(self, index: int) -> bool:
        """Play one cell, unless it is left out. Return False if the player died of it."""
        if index in self._left_out:
            return True
        assert self._player is not None
        first, start = index not in self.played, time.monotonic()
        seconds = self._budget.cell_seconds
        if first:
            seconds = min(seconds, self._budget.notebook_seconds - self._notebook_seconds)
        if seconds <= 0 or start >= self._deadline:
            self._left_out.add(index)
            self.played[index] = Played("not_run", message=self._out_of_time())
            return True
        seed = derive(self._seed, f"cell:{index}")
        request = {"op": "run", "source": self._cells[index].source, "seed": seed}
        try:
            reply = self._player.ask(request, min(start + seconds, self._deadline))
            played = _played(reply)
        except PlayerDied as death:
            message = (
                self._out_of_time()
                if death.kind == "timeout" and seconds < self._budget.cell_seconds
                else death.message
            )
            self.played[index] = Played(death.kind, message=message)
            return False
        finally:
            if first:
                self._notebook_seconds += time.monotonic() - start
        if first:
            self.played[index] = (
                played  # the first run's outputs are what is shown: nothing hidden was known then
            )
        return True

    def _out_of_time(self) -> str:
        return f"The notebook as a whole may take {self._budget.notebook_seconds:g} s, and they were used up."


class Student:
    """The student's namespace as a check sees it: `student.conv2d(x, kernel)` calls, and gives plain
    values."""

    def __init__(self, session: Any) -> None:
        self.__session = session

    @property
    def changed(self) -> tuple[Any, ...]:
        """Positions and names of the arguments that the last call changed in place."""
        return self.__session.changed

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.__session.call(name, args, kwargs)


def _failure(record: Any) -> Failure:
    """Read a failure from a stranger: text, or nothing."""
    if type(record) is not dict:
        return Failure("Error", "")
    texts = [record.get(key) for key in ("type", "message", "traceback")]
    return Failure(*(text[:20_000] if type(text) is str else "" for text in texts))


def _played(reply: dict[str, Any]) -> Played:
    outputs, changed = reply.get("outputs"), reply.get("changed")
    ended = None if reply.get("failure") is None else _failure(reply["failure"])
    return Played(
        status="ran" if ended is None else "failed",
        outputs=[output for output in outputs if type(output) is dict] if type(outputs) is list else [],
        failure=ended,
        changed=tuple(text for text in changed if type(text) is str) if type(changed) is list else (),
    )

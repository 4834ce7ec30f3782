"""One submission being played: its cells run, its functions called, its player replaced when it dies."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from autograder.assignment import Budget
from autograder.checks import StudentError
from autograder.errors import InfrastructureError, PlayerDied
from autograder.handles import Shelf
from autograder.outputs import known_outputs, readable, size_of
from autograder.plain import padded_size
from autograder.seeds import derive
from autograder.shell import TEXT_LIMIT, Failure
from autograder.weights import Weights
from autograder.wire import MAX_FRAME

if TYPE_CHECKING:  # it loads what only Linux has, and `check` runs everywhere
    from autograder.spawn import PlayerProcess

# After a time-out each further check of the same question gets this part of its time: an endless loop must
# not cost the class an hour, and a function that is slow once still earns the rest.
SECOND_CHANCE = 0.2
# How long a cell is given to show what it left behind, once a process ended for it.
QUIET_SECONDS = 0.1
# How long a fresh player may take to store one file of weights.
HAND_OVER_SECONDS = 20.0
# Of how many cells the outputs are kept whole, if all of them show as much as they may.
OUTPUT_OF_CELLS = 8


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
    """The play of one submission.

    Args:
        spawn: makes a fresh player.
        cells: what to play.
        budget: what the submission may use.
        seed: makes student randomness repeat.
        weights: what was handed in beside the notebook; None where the assignment asks for none.
    Attributes:
        played: what each cell did, by index.
        changed: see `student.Student.changed`.
        death: how the player ended during the present check, or None.
        inherited: whether that may be the doing of another question, called before in the same process.
        broken: the fault of the sandbox that ended the check, or None.
        generation: number of the present player; those of players that are gone are lower.
        told: whether the present player was given anything of a check.
        models: what it keeps of models; None where the assignment asks for no weights.
    """

    def __init__(
        self,
        spawn: Callable[[], PlayerProcess],
        cells: Sequence[Cell],
        budget: Budget,
        seed: bytes,
        weights: Weights | None = None,
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
        self._called: set[str] = set()
        self._patience = 0.0
        self._room = OUTPUT_OF_CELLS * budget.output_kb << 10
        self.death: PlayerDied | None = None
        self.inherited = False
        self.broken: InfrastructureError | None = None
        self.generation, self.told = 0, False
        self._weights = weights
        self.models = None if weights is None else Shelf(self, weights)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self._player is not None:
            self._player.close()

    def play(self) -> None:
        """Run all cells in a fresh player; a cell that ends the process is left out of the next attempt.

        Raises InfrastructureError where the sandbox failed.
        """
        while True:
            self.renew()
            self._player = self._spawn()
            self._called = set()
            self._hand_weights()
            played = ((index, self._play_cell(index)) for index in range(len(self._cells)))
            ended = next(((index, death) for index, death in played if death), None)
            if ended is None:
                return
            if ended[1].status == "timeout" or self._patience:
                self._left_out.add(ended[0])
                self.played.setdefault(*ended)
            self._patience = QUIET_SECONDS  # it may have been a thread of an earlier cell: look more closely

    def begin_check(self, check: str, question: str, seconds: float) -> None:
        """Start the clock of one check."""
        if question in self._slow_questions:
            seconds *= SECOND_CHANCE
        self._check = (check, time.monotonic() + seconds)
        self._question = question
        self._calls = 0
        self.death, self.inherited, self.changed = None, False, ()
        if self.models is not None:
            self.models.begin_check()

    def renew(self) -> None:
        """Give up the player; the next request gets a fresh one."""
        if self._player is not None:
            self._player.close()
        self._player, self.told = None, False
        self.generation += 1

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the student's.

        Raises:
            StudentError: it raised, is not defined, or returned what cannot be checked.
            PlayerDied: it ended its process, or took too long; every further call of this check raises it
                again.
            InfrastructureError: the sandbox failed.
        """
        request: dict[str, Any] = {"op": "call", "name": name, "args": args, "kwargs": kwargs}
        if self.models is not None:
            request |= {"args": self.models.sent(args), "kwargs": self.models.sent(kwargs)}
            request |= {"models": True, "unused": self.models.unused()}
        reply = self.ask(request)
        if "failure" in reply:
            ended = _failure(reply["failure"])
            raise StudentError(ended.type_name, ended.message)
        changed, value = reply.get("changed"), reply.get("value")
        known = set(range(len(args))) | set(kwargs)
        keys = changed if type(changed) is list else []
        self.changed = tuple(key for key in keys if type(key) in (int, str) and key in known)
        if padded_size(value) > MAX_FRAME:
            raise StudentError("ValueError", f"{name} returned long text in a long list; return numbers")
        return value if self.models is None else self.models.received(value)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request of the present check, and return the reply; raises as `call` does."""
        if self.broken is not None:
            raise self.broken
        if self.death is not None:
            raise self.death
        try:
            return self._ask(request)
        except PlayerDied as death:
            self.renew()
            self.death = death
            self.inherited = not death.alone and bool(self._called - {self._question})
            if death.kind == "timeout":
                self._slow_questions.add(self._question)
            raise
        except InfrastructureError as error:
            self.broken = error
            raise

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        check, deadline = self._check
        if self._player is None:
            before = time.monotonic()
            self._replay()
            deadline += time.monotonic() - before  # the check does not pay for another one's death
            self._check = (check, deadline)
        assert self._player is not None
        self._called.add(self._question)
        if request["op"] == "model":
            # Several checks may use it: it is the same, whichever of them came first.
            purpose = f"player:{request['build']}"
        else:
            self.told = True
            self._calls += 1
            purpose = f"player:{check}:{self._calls}"
        seed = derive(self._seed, purpose)
        return self._player.ask({**request, "seed": seed}, min(deadline, self._deadline))

    def _hand_weights(self) -> None:
        """Give the fresh player, which has run nothing of the student's yet, the files of weights."""
        for (question, framework), data in (self._weights.files if self._weights else {}).items():
            request = {"op": "weights", "question": question, "framework": framework, "data": data}
            assert self._player is not None
            try:
                reply = self._player.ask({**request, "seed": 0}, time.monotonic() + HAND_OVER_SECONDS)
            except PlayerDied as death:
                raise InfrastructureError(f"the sandbox took no weights: {death}") from death
            if "failure" in reply:
                raise InfrastructureError(
                    f"the sandbox took no weights: {_failure(reply['failure']).message}"
                )

    def _replay(self) -> None:
        if time.monotonic() >= self._deadline:
            raise PlayerDied("timeout", "The time for the whole submission is used up.")
        self.play()

    def _play_cell(self, index: int) -> Played | None:
        """Play one cell, unless it is left out. Return how it ended the player, or None."""
        if index in self._left_out:
            return None
        assert self._player is not None
        first, start = index not in self.played, time.monotonic()
        seconds = self._budget.cell_seconds
        if first:
            seconds = min(seconds, self._budget.notebook_seconds - self._notebook_seconds)
        if seconds <= 0 or start >= self._deadline:
            self._left_out.add(index)
            self.played.setdefault(index, Played("not_run", message=self._out_of_time()))
            return None
        seed = derive(self._seed, f"cell:{index}")
        request = {"op": "run", "source": self._cells[index].source, "seed": seed}
        try:
            reply = self._player.ask(request, min(start + seconds, self._deadline))
        except PlayerDied as death:
            used_up = death.kind == "timeout" and seconds < self._budget.cell_seconds
            return Played(death.kind, message=self._out_of_time() if used_up else death.message)
        finally:
            if first:
                self._notebook_seconds += time.monotonic() - start
        if trouble := self._player.trouble(self._patience):
            return Played(trouble.kind, message=trouble.message)
        # The first run's outputs are what is shown: nothing hidden was known then.
        played = _played(reply, min(self._budget.output_kb << 10, self._room))
        self._room -= sum(map(size_of, played.outputs))
        self.played.setdefault(index, played)
        return None

    def _out_of_time(self) -> str:
        return f"The notebook as a whole may take {self._budget.notebook_seconds:g} s, and they were used up."


def _failure(record: Any) -> Failure:
    """Read a failure from a stranger: text, or nothing."""
    if type(record) is not dict:
        return Failure("Error", "")
    texts = [record.get(key) for key in ("type", "message", "traceback")]
    type_name, message, traceback = (readable(text) for text in texts)
    return Failure(type_name[:200], message[:2000], traceback[-TEXT_LIMIT:])


def _played(reply: dict[str, Any], room: int) -> Played:
    changed = reply.get("changed")
    ended = None if reply.get("failure") is None else _failure(reply["failure"])
    return Played(
        status="ran" if ended is None else "failed",
        outputs=known_outputs(reply.get("outputs"), room),
        failure=ended,
        changed=tuple(text for text in changed if type(text) is str) if type(changed) is list else (),
    )

"""One submission being played: its cells run, its functions called, its player replaced when it dies."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from autograder.assignment.budget import Budget
from autograder.errors import InfrastructureError, PlayerDied
from autograder.judge.model_handles import Shelf
from autograder.judge.replies import Played, cell_played, failure_of, size_of
from autograder.judge.seeds import derive
from autograder.submission.weights import Weights
from autograder.wire import requests

if TYPE_CHECKING:
    from autograder.referee.processes import PlayerProcess

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
        self.death, self.inherited = None, False
        if self.models is not None:
            self.models.begin_check()

    def renew(self) -> None:
        """Give up the player; the next request gets a fresh one."""
        if self._player is not None:
            self._player.close()
        self._player, self.told = None, False
        self.generation += 1

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request of the present check, and return the reply.

        Raises:
            PlayerDied: it ended its process, or took too long; every further request of this check raises it
                again.
            InfrastructureError: the sandbox failed.
        """
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
            request = requests.weights(question, framework, data)
            assert self._player is not None
            try:
                reply = self._player.ask({**request, "seed": 0}, time.monotonic() + HAND_OVER_SECONDS)
            except PlayerDied as death:
                raise InfrastructureError(f"the sandbox took no weights: {death}") from death
            if "failure" in reply:
                raise InfrastructureError(f"the sandbox took no weights: {failure_of(reply).message}")

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
        request = requests.run(self._cells[index].source)
        try:
            reply = self._player.ask({**request, "seed": seed}, min(start + seconds, self._deadline))
        except PlayerDied as death:
            used_up = death.kind == "timeout" and seconds < self._budget.cell_seconds
            return Played(death.kind, message=self._out_of_time() if used_up else death.told)
        finally:
            if first:
                self._notebook_seconds += time.monotonic() - start
        if trouble := self._player.trouble(self._patience):
            return Played(trouble.kind, message=trouble.message)
        # The first run's outputs are what is shown: nothing hidden was known then.
        played = cell_played(reply, min(self._budget.output_kb << 10, self._room))
        self._room -= sum(map(size_of, played.outputs))
        self.played.setdefault(index, played)
        return None

    def _out_of_time(self) -> str:
        return f"The notebook as a whole may take {self._budget.notebook_seconds:g} s, and they were used up."

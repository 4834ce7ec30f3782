"""One submission being played: its cells run, its functions called, its player replaced when it dies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from autograder.assignment.budget import Budget
from autograder.errors import InfrastructureError, PlayerDied
from autograder.judge.model_handles import Shelf
from autograder.judge.replies import Played, cell_played, failure_of, size_of
from autograder.judge.seeds import derive
from autograder.referee.accounts import Accounts
from autograder.referee.blame import Cells, Outcome, culprits, suspicion
from autograder.submission.weights import Weights
from autograder.wire import requests

if TYPE_CHECKING:
    from autograder.referee.processes import Deadline, PlayerProcess

# After a time-out each further check of the same question gets this part of its time: an endless loop must
# not cost the class an hour, and a function that is slow once still earns the rest.
SECOND_CHANCE = 0.2
# A player that was tried for what ends it is given this much longer than the one that ended.
QUIET_SECONDS = 0.1
# How long a fresh player may take to store one file of weights.
HAND_OVER_SECONDS = 20.0
# Of how many cells the outputs are kept whole, if all of them show as much as they may.
OUTPUT_OF_CELLS = 8
# How many cells of the student's own may end the process before all of them are left out.
OWN_DEATHS_AT_MOST = 8


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
        given: which cells are ours. All others without a question are the student's own.
        accounts: what the submission has used already; None for nothing.
    Attributes:
        played: what each cell did, by index.
        left_out: the cells that are not played.
        death: how the player ended during the present check, or None.
        inherited: whether that may be the doing of another question, called before in the same process.
        broken: the fault of the sandbox that ended the check, or None.
        generation: number of the present player; those of players that are gone are lower.
        told: whether the present player was given anything of a check.
        seconds: what all its players that are gone have used.
        models: what it keeps of models; None where the assignment asks for no weights.
    """

    def __init__(
        self,
        spawn: Callable[[], PlayerProcess],
        cells: Sequence[Cell],
        budget: Budget,
        seed: bytes,
        weights: Weights | None = None,
        *,
        given: Collection[int] = (),
        accounts: Accounts | None = None,
    ) -> None:
        self._spawn, self._cells, self._budget, self._seed = spawn, cells, budget, seed
        self._given = frozenset(given)
        self._own = frozenset(i for i, cell in enumerate(cells) if cell.question is None) - self._given
        self.accounts = accounts or Accounts(budget)
        self._player: PlayerProcess | None = None
        self._own_seconds, self._own_deaths = 0.0, 0
        self._own_limit = budget.notebook_seconds
        self._slow_questions: set[str] = set()
        self._check, self._question, self._calls = "", "", 0
        self._left, self._started = 0.0, 0.0
        self._deadline: Deadline | None = None
        self._debtor: str | None = None
        self._called: set[str] = set()
        self._leavers: set[int] = set()
        self._room = OUTPUT_OF_CELLS * budget.output_kb << 10
        self.played: dict[int, Played] = {}
        self.left_out: set[int] = set()
        self.death: PlayerDied | None = None
        self.inherited = False
        self.broken: InfrastructureError | None = None
        self.generation, self.told = 0, False
        self.seconds = 0.0
        self._weights = weights
        self.models = None if weights is None else Shelf(self, weights)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.renew()

    def play(self) -> None:
        """Run all cells in a fresh player, again and again without those that end it.

        Raises InfrastructureError where the sandbox failed.
        """
        while (ended := self._attempt(len(self._cells))) is not None:
            index, death = ended
            if guilty := self._culprits(index, death):
                self.leave_out(guilty, f"while {self._name(index)} ran")
                continue
            self._leave_out({index}, death.kind, death.told)
            self._own_deaths += index in self._own
            if self._own_deaths == OWN_DEATHS_AT_MOST:
                text = f"{OWN_DEATHS_AT_MOST} cells of your own have ended the process."
                self._leave_out(self._own, "left_out", text)

    def variant(self, without: Iterable[int], accounts: Accounts | None = None) -> Session:
        """Return another play of the submission, with nothing played yet, that leaves out more cells.

        Args:
            accounts: who pays for it; None for those of this session.
        """
        other = Session(
            self._spawn,
            self._cells,
            self._budget,
            self._seed,
            self._weights,
            given=self._given,
            accounts=accounts or self.accounts,
        )
        other.left_out = self.left_out | set(without)
        other._own_limit = float("inf")  # which of them run has been decided
        other._slow_questions = set(self._slow_questions)
        return other

    @cached_property
    def suspicions(self) -> dict[int, int]:
        """How much each of the student's cells is suspected, those left out that are not at all."""
        found = {i: suspicion(cell.source) for i, cell in enumerate(self._cells) if i not in self._given}
        return {index: degree for index, degree in found.items() if degree}

    def suspects(self, apart: Collection[int], before: int | None = None) -> list[Cells]:
        """Return the student's cells that may have left something behind, the likeliest first: those after
        which there were more threads or children, the student's own, and answers.

        Args:
            apart: cells that are not suspected.
            before: only cells before this one.
        """
        before = len(self._cells) if before is None else before
        some = frozenset(cell for cell in self.suspicions if cell < before) - self.left_out - frozenset(apart)
        return [some & self._leavers, some & self._own, some]

    def leave_out(self, cells: Cells, when: str) -> None:
        """Play without cells that were found to end the process, and say so; the next player is a fresh one.

        Args:
            when: it ended, for the student.
        """
        text = f"What it changed or left running ended the Python process {when}; so it was left out."
        self._leave_out(cells, "left_out", text)
        self.renew()

    def forgive(self, question: str) -> None:
        """Take back the death of the present check: its question was not to blame."""
        self._debtor = None
        self.accounts.forgive(question)

    def survives(self, age: float, until: int | None = None) -> PlayerDied | None:
        """Play the cells once, and wait until the player is as old as one that died; return its death.

        Args:
            until: the last cell to play.
        """
        if ended := self._attempt(len(self._cells) if until is None else until + 1):
            return ended[1]
        return self.wait(age)

    def wait(self, age: float) -> PlayerDied | None:
        """Wait until the player is as old as one that died, and a little longer; return its death."""
        if self._player is None:
            return self.death
        patience = min(age + QUIET_SECONDS - self._player.age, self._budget.cell_seconds)
        return self._player.trouble(max(0.0, patience))

    def begin_check(self, check: str, question: str, seconds: float) -> None:
        """Start the clock of one check."""
        self._settle()
        if question in self._slow_questions:
            seconds *= SECOND_CHANCE
        self._check, self._question, self._calls = check, question, 0
        self._left = min(seconds, self.accounts.left(question))
        self.death, self.inherited = None, False
        if self._left <= 0:
            self.death = PlayerDied("timeout", "The time for the whole submission is used up.")
        elif (last := self.accounts.last_death(question)) is not None:
            text = "Checks of this question have ended the process too often; this one was not run."
            self.death = PlayerDied(last, text)
        if self.models is not None:
            self.models.begin_check()

    def renew(self) -> None:
        """Give up the player; the next request gets a fresh one."""
        self._settle()
        if self._player is not None:
            self._player.close()
            self.seconds += self._player.clock()
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
            if not self.inherited:
                self._debtor = self._question
                self.accounts.died(self._question, death.kind)
            if death.kind == "timeout":
                self._slow_questions.add(self._question)
            raise
        except InfrastructureError as error:
            self.broken = error
            raise

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._player is None:
            self._replay()
        assert self._player is not None
        if self._deadline is None:
            self._deadline = self._player.deadline(self._left)
            self._started = self._deadline.work - self._left
        self._called.add(self._question)
        if request["op"] == "model":
            # Several checks may use it: it is the same, whichever of them came first.
            purpose = f"player:{request['build']}"
        else:
            self.told = True
            self._calls += 1
            purpose = f"player:{self._check}:{self._calls}"
        seed = derive(self._seed, purpose)
        return self._player.ask({**request, "seed": seed}, *self._deadline)

    def _settle(self) -> None:
        """Charge the present check with what the player has used for it so far."""
        if self._player is not None and self._deadline is not None:
            used = self._player.clock() - self._started
            self._left -= used
            self.accounts.spend(self._question, used)
        self._deadline = None

    def _hand_weights(self, player: PlayerProcess) -> None:
        """Give the fresh player, which has run nothing of the student's yet, the files of weights."""
        for (question, framework), data in (self._weights.files if self._weights else {}).items():
            request = requests.weights(question, framework, data)
            try:
                reply = player.ask({**request, "seed": 0}, *player.deadline(HAND_OVER_SECONDS))
            except PlayerDied as death:
                raise InfrastructureError(f"the sandbox took no weights: {death}") from death
            if "failure" in reply:
                raise InfrastructureError(f"the sandbox took no weights: {failure_of(reply).message}")

    def _replay(self) -> None:
        """Run the cells once more, at the cost of the question that ended the last player."""
        self.play()
        if self._debtor is not None and self._player is not None:
            self.accounts.replayed(self._debtor, self._player.clock())
        self._debtor = None

    def _attempt(self, end: int) -> tuple[int, PlayerDied] | None:
        """Play the cells before `end` in a fresh player; return which of them ended it, and how."""
        self.renew()
        self._player = player = self._spawn()
        self._called = set()
        self._hand_weights(player)
        before = player.remains()
        for index in range(end):
            if index in self.left_out or self._is_late(index):
                continue
            if (death := self._play_cell(player, index)) is not None:
                return index, death
            after = player.remains()
            if after - before:
                self._leavers.add(index)
            before = after
        return None

    def _is_late(self, index: int) -> bool:
        """Whether a cell of the student's own comes when their time is used up. Then it is left out."""
        if index not in self._own or index in self.played or self._own_seconds < self._own_limit:
            return False
        text = f"Your own cells together may take {self._own_limit:g} s, and these were used up before it."
        self._leave_out({index}, "not_run", text)
        return True

    def _play_cell(self, player: PlayerProcess, index: int) -> PlayerDied | None:
        """Play one cell. Return how it ended the player, or None."""
        first = index not in self.played
        deadline = player.deadline(self._budget.cell_seconds)
        seed = derive(self._seed, f"cell:{index}")
        request = requests.run(self._cells[index].source)
        try:
            reply = player.ask({**request, "seed": seed}, *deadline)
        except PlayerDied as death:
            return death
        finally:
            if first and index in self._own:
                self._own_seconds += player.clock() - (deadline.work - self._budget.cell_seconds)
        if trouble := player.trouble(0.0):
            return trouble
        if first:  # its outputs are what is shown: nothing hidden was known then
            played = cell_played(reply, min(self._budget.output_kb << 10, self._room))
            self._room -= sum(map(size_of, played.outputs))
            self.played[index] = played
        return None

    def _culprits(self, index: int, death: PlayerDied) -> Cells:
        """Return the cells that made the player end while another one ran; none if that did it itself."""
        if index in self._own and death.kind == "timeout" and death.alone:
            return frozenset()  # it costs nobody anything, and a long training is nothing strange

        def attempt(without: Cells) -> Outcome:
            if not self.accounts.may_search():
                return Outcome.ENDED
            with self.variant(without) as other:
                ended = other.survives(death.age, until=index)
            self.accounts.searched(other.seconds)
            if ended is not None:
                return Outcome.ENDED
            return Outcome.WELL if other.played[index].status == "ran" else Outcome.OTHERWISE

        return culprits(self.suspects(apart=(), before=index), attempt, self.suspicions)

    def _leave_out(self, cells: Iterable[int], status: str, text: str) -> None:
        for index in sorted(set(cells) - self.left_out):
            self.left_out.add(index)
            played = self.played.get(index, Played(""))
            self.played[index] = replace(played, status=status, failure=None, message=text)

    def _name(self, index: int) -> str:
        question = self._cells[index].question
        return "another cell" if question is None else f"the cell of question {question}"

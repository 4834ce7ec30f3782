"""What one submission has used of its budget, question by question, over all the players that played it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from autograder.assignment.budget import Budget

# The part of the submission's seconds that is kept for the questions, in equal shares; the rest is for
# whoever comes first.
RESERVED = 0.5
# How often a question may end its process. Each time all cells are run again.
DEATHS_AT_MOST = 5
# How many times a submission is played to find out which cell is to blame.
SEARCHES_AT_MOST = 60


class Accounts:
    """What the checks of a submission have used, on the clocks of its players.

    Args:
        budget: what it may use.
        questions: those that have a reserve.
    """

    def __init__(self, budget: Budget, questions: Collection[str] = ()) -> None:
        self._seconds, self._questions = budget.submission_seconds, frozenset(questions)
        self._reserve = RESERVED * self._seconds / max(1, len(self._questions))
        self._used: dict[str, float] = defaultdict(float)
        self._deaths: dict[str, list[str]] = defaultdict(list)
        self._replayed: dict[str, float] = defaultdict(float)
        self._searches = 0
        self._searched = 0.0

    def left(self, question: str) -> float:
        """Return the seconds that checks of a question may still take: nobody uses up another's reserve."""
        others = self._questions - {question}
        kept = sum(max(0.0, self._reserve - self._used[other]) for other in others)
        return self._seconds - sum(self._used.values()) - kept

    def spend(self, question: str, seconds: float) -> None:
        """Charge a question with what its checks took."""
        self._used[question] += seconds

    def died(self, question: str, kind: str) -> None:
        """Note that the process ended in a check of a question, which has to pay for it."""
        self._deaths[question].append(kind)

    def forgive(self, question: str) -> None:
        """Take back a death that was not the question's doing, and what the replay after it cost."""
        del self._deaths[question][-1:]
        self._replayed[question] = 0.0

    def replayed(self, question: str, seconds: float) -> None:
        """Charge a question with a replay of the cells after a death of its own; no check pays for that."""
        self._replayed[question] += seconds

    def last_death(self, question: str) -> str | None:
        """Return how a question ended its process last, if it did so too often, or the replays after it took
        too long; else None."""
        deaths = self._deaths[question]
        too_long = self._replayed[question] >= self._seconds / 2
        return deaths[-1] if deaths and (len(deaths) >= DEATHS_AT_MOST or too_long) else None

    def may_search(self) -> bool:
        """Return whether the submission may be played once more to find who is to blame, and count it."""
        self._searches += 1
        return self._searches <= SEARCHES_AT_MOST and self._searched < self._seconds

    def searched(self, seconds: float) -> None:
        """Add what such a play took."""
        self._searched += seconds

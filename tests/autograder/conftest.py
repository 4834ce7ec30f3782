"""A small assignment and a player to talk to, for the tests of the grader."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from autograder.assignment import Assignment, Budget, load_assignment
from autograder.assignment.source import released_notebook
from autograder.referee.processes import PlayerProcess, Zygote
from autograder.result import CheckSpec
from autograder.sandbox import rungs

# The other rung is tested by running these tests as another user (tests/test_unprivileged.py).
RUNGS = (rungs.ROOT,) if os.geteuid() == 0 else (rungs.USER,)


class Play:
    """A player, and short ways to ask it."""

    def __init__(self, player: PlayerProcess) -> None:
        self.player = player

    def run(self, source: str, seconds: float = 20.0) -> dict[str, Any]:
        """Run a cell and return the player's reply."""
        return self.player.ask({"op": "run", "source": source, "seed": 1}, time.monotonic() + seconds)

    def value(self, expression: str) -> Any:
        """Evaluate an expression in the sandbox and return its plain value."""
        self.run(f"def _value():\n    return {expression}")
        return self.call("_value")["value"]

    def call(self, name: str, *args: Any, seconds: float = 20.0, **kwargs: Any) -> dict[str, Any]:
        """Call a function and return the player's reply."""
        request = {"op": "call", "name": name, "args": args, "kwargs": kwargs, "seed": 1}
        return self.player.ask(request, time.monotonic() + seconds)

    def error(self, source: str) -> str:
        """Run a cell that must fail, and return `type: message`."""
        failure = self.run(source)["failure"]
        assert failure is not None, f"this was possible: {source}"
        return f"{failure['type']}: {failure['message']}"


def running_commands() -> str:
    """Return the command lines of all processes that can be seen."""
    lines = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                lines.append(file.read().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(lines)


@pytest.fixture(scope="session")
def tiny_assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """An assignment that needs numpy only."""
    folder = tmp_path_factory.mktemp("assignments") / "tiny"
    folder.mkdir()
    budget = Budget(memory_mb=256, submission_seconds=60, output_kb=16)
    return Assignment(folder, "tiny", "Tiny", preload=("numpy",), budget=budget)


@pytest.fixture(scope="session", params=RUNGS, ids=lambda rung: f"rung{rung}")
def zygote(request: pytest.FixtureRequest, tiny_assignment: Assignment) -> Iterator[Zygote]:
    """A warm process on each rung with walls."""
    warm = Zygote(tiny_assignment, request.param)
    yield warm
    warm.close()


@pytest.fixture(scope="session")
def open_zygote(tiny_assignment: Assignment) -> Iterator[Zygote]:
    """A warm process without walls, to show that an attack is real."""
    warm = Zygote(tiny_assignment, rungs.TRUSTED)
    yield warm
    warm.close()


def _plays(warm: Zygote) -> Iterator[Callable[[], Play]]:
    players: list[PlayerProcess] = []

    def start() -> Play:
        players.append(warm.spawn())
        return Play(players[-1])

    yield start
    for player in players:
        player.close()


@pytest.fixture
def play(zygote: Zygote) -> Iterator[Play]:
    """A player behind walls."""
    for start in _plays(zygote):
        yield start()


@pytest.fixture
def open_play(open_zygote: Zygote) -> Iterator[Play]:
    """A player without walls."""
    for start in _plays(open_zygote):
        yield start()


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A file of the grader's that student code must not see."""
    path = tmp_path / "checks_hidden.py"
    path.write_text("the answer is 42")
    path.chmod(0o644)
    return path


DOUBLING = '''\
# %% [markdown]
# # Doubling

# %%
import math

# %% question="double" tags=["first"]
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    two_times_the_argument = 2 * x
    return two_times_the_argument
    ### END SOLUTION

# %% [markdown]
# The other way round.

# %% question="half"
def half(x):
    ### BEGIN SOLUTION
    half_of_the_argument = x / 2
    return half_of_the_argument
    ### END SOLUTION
'''


@pytest.fixture
def doubling(tmp_path: Path) -> Assignment:
    """An assignment of two questions as an author writes it, in a folder of its own."""
    folder = tmp_path / "assignments" / "doubling"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text('title = "Doubling"\nfiles = ["data/points.csv"]\n')
    (folder / "notebook.py").write_text(DOUBLING)
    (folder / "checks_public.py").write_text('"""Public checks."""\n')
    (folder / "checks_hidden.py").write_text('"""Hidden checks."""\n')
    (folder / "data").mkdir()
    (folder / "data" / "points.csv").write_text("1,2\n")
    return load_assignment(folder)


@pytest.fixture
def doubling_checks() -> tuple[CheckSpec, ...]:
    """The manifest of `doubling`: 3 points for double, 2.5 for half."""
    return (
        CheckSpec("test_double_of_two", "double", 1, "public", "double(2) must be 4."),
        CheckSpec("test_double_of_any_number", "double", 2, "hidden", "double must double any number."),
        CheckSpec("test_half_of_two", "half", 2.5, "public", "half(2) must be 1."),
    )


@pytest.fixture
def released(doubling: Assignment, doubling_checks: tuple[CheckSpec, ...]) -> NotebookNode:
    """The student's notebook of `doubling`."""
    return released_notebook(doubling, doubling_checks)

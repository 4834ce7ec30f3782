"""Draw the inputs of a Hypothesis check once, and use the same ones for every student.

Hypothesis is made to search for the input on which one function fails: it draws, shrinks, replays and
remembers. A grader asks many functions the same fair question, so here it only draws: with the class's seed,
once for each process, before any student's clock runs. Drawing again for every submission took most of the
time of grading it.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import hypothesis
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.strategies import DataObject

from autograder.errors import UsageError

EXAMPLES_AT_MOST = 50


def with_fixed_examples(
    check: Callable[..., None], fixtures: Sequence[str], seed: int
) -> Callable[..., None]:
    """Return a check that draws nothing when it runs: it goes through examples that were drawn before.

    They are drawn when its attribute `draw` is called, or else at its first use.

    Args:
        check: a function under `@given`; any other is returned as it is.
        fixtures: the names of its arguments that pytest gives.
        seed: decides what is drawn.
    Raises:
        UsageError: when it draws or runs: its strategies fail or find no input, or the check draws inside its
            body (`st.data()`), which only the student's answers could direct.
    """
    if not hypothesis.is_hypothesis_test(check):
        return check
    body = check.hypothesis.inner_test  # type: ignore[attr-defined]
    drawn: list[dict[str, Any]] = []

    def draw() -> None:
        if not drawn:
            drawn.extend(_draw(check, fixtures, seed))

    def run(**given: Any) -> None:
        draw()
        for example in drawn:
            try:
                body(**given, **copy.deepcopy(example))  # a check may change what it was given
            except UnsatisfiedAssumption as error:
                raise UsageError(f"{check.__name__} uses assume(); filter in @given instead") from error

    run.draw = draw  # type: ignore[attr-defined]
    return run


def _draw(check: Any, fixtures: Sequence[str], seed: int) -> list[dict[str, Any]]:
    """Let Hypothesis call a body that only takes notes."""
    drawn: list[dict[str, Any]] = []
    body = check.hypothesis.inner_test
    own = getattr(check, "_hypothesis_internal_use_settings", None)
    check._hypothesis_internal_use_settings = hypothesis.settings(
        own,
        database=None,
        deadline=None,
        derandomize=False,
        max_examples=min(own.max_examples if own else 20, EXAMPLES_AT_MOST),
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    check._hypothesis_internal_use_seed = seed

    def take_notes(**arguments: Any) -> None:
        drawn.append({name: value for name, value in arguments.items() if name not in fixtures})

    check.hypothesis.inner_test = take_notes
    try:
        with warnings.catch_warnings():
            # Hypothesis watches the process-wide generator, which other threads of a worker may use
            # meanwhile.
            warnings.filterwarnings("ignore", message="Do not use the `random` module inside strategies")
            check(**dict.fromkeys(fixtures))
    except Exception as error:  # of the strategies alone: the body only took notes, and no student was asked
        why = f"({type(error).__name__}: {error}); look at its @given"
        raise UsageError(f"the inputs of {check.__name__} cannot be drawn {why}") from error
    finally:
        check.hypothesis.inner_test = body
    if any(isinstance(value, DataObject) for example in drawn for value in example.values()):
        raise UsageError(f"{check.__name__} draws with st.data(); draw everything in @given, or use rng")
    return drawn

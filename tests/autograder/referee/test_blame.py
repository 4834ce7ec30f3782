"""Who is to blame, found by trying."""

import pytest

from autograder.referee.blame import Outcome, culprits, suspicion


def search(suspects, guilty, needed=(), degrees=None):
    """Look for `guilty` cells; without one of `needed` a try comes out otherwise. Return what is found, and the tries."""
    tries = []

    def attempt(without):
        tries.append(without)
        if not set(guilty) <= without:
            return Outcome.ENDED
        return Outcome.OTHERWISE if set(needed) & without else Outcome.WELL

    return culprits(
        [frozenset(group) for group in suspects], attempt, degrees or dict.fromkeys(range(260), 1)
    ), tries


def test_nobody_else_is_there():
    """Then nothing is tried."""
    assert search([[], []], [0]) == (frozenset(), [])


def test_cell_that_was_running_is_to_blame():
    """One try without all others shows it."""
    found, tries = search([[], [1, 2], [1, 2, 3]], ["itself"])
    assert (found, len(tries)) == (frozenset(), 1)


@pytest.mark.parametrize("guilty", [{0}, {249}, {17, 200}, set(range(0, 250, 10))])
def test_culprits_alone_are_found(guilty):
    """In few tries where they are few, and nobody else is left out."""
    found, tries = search([[], range(250), range(260)], guilty)
    assert found == guilty
    assert len(tries) <= (22 if len(guilty) == 1 else 210)


def test_likeliest_are_tried_first():
    """Who left a thread behind is found at once."""
    found, tries = search([[7], range(100), range(200)], {7})
    assert (found, len(tries)) == (frozenset({7}), 2)


def test_missing_name_acquits_nobody():
    """A process also lives on because what it needs is not there: that is no proof against the others."""
    assert search([[], [1], [1, 2]], {1, 2}, needed={1})[0] == frozenset()
    assert search([[], [1], [1, 2]], {2}, needed={1})[0] == frozenset()


@pytest.mark.parametrize(
    ("degrees", "found"), [({1: 2, 2: 1, 3: 1}, 1), ({1: 1, 2: 1, 3: 4}, 3), ({1: 1, 2: 1, 3: 1}, 1)]
)
def test_one_that_kills_when_it_sees_another(degrees, found):
    """To leave out either of them helps: the more suspected, or else the earlier one, is to blame."""

    def attempt(without):
        return Outcome.WELL if without & {1, 3} else Outcome.ENDED

    assert culprits([frozenset(), frozenset({1, 2, 3})], attempt, degrees) == {found}


@pytest.mark.parametrize(
    "source",
    [
        "",
        '"""Text."""\nimport os\nfrom math import pi\nSIZE = -3\nSHAPE = (2, SIZE)',
        "def f(x: np.ndarray, n: int | None = None, *, k=(1, 2)) -> list[int]:\n    os._exit(1)",
    ],
)
def test_definitions_are_not_suspected(source):
    """What their functions do when they are called is another thing."""
    assert suspicion(source) == 0


@pytest.mark.parametrize(
    ("source", "degree"),
    [
        ("print(f(3))", 1),
        ("def f(x=g()): pass", 1),
        ("def f(x: g()): pass", 1),
        ("def f() -> g(): pass", 1),
        ("@g\ndef f(): pass", 1),
        ("class A:\n    g()", 1),
        ("np.dot = None", 1),
        ("x = [g() for g in y]", 1),
        ("%reset", 1),
        ("import threading\nthreading.Thread(target=f).start()", 2),
        ("import os, signal\nsignal.alarm(os.getpid())", 3),
        ("x = 1\n" * 60_000, 1),
    ],
)
def test_what_does_more_is_suspected(source, degree):
    """The more so, the further it reaches."""
    assert suspicion(source) == degree

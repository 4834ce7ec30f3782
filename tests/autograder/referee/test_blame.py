"""Who is to blame, found by trying."""

import pytest

from autograder.referee.blame import Outcome, culprits


def search(suspects, guilty, needed=()):
    """Look for `guilty` cells; without one of `needed` a try comes out otherwise. Return what is found, and the tries."""
    tries = []

    def attempt(without):
        tries.append(without)
        if not set(guilty) <= without:
            return Outcome.ENDED
        return Outcome.OTHERWISE if set(needed) & without else Outcome.WELL

    return culprits([frozenset(group) for group in suspects], attempt), tries


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

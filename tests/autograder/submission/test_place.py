"""Where a question is answered, and what could spoil it later."""

import pytest

from autograder.submission.place import cells_of, later_cells
from autograder.submission.rebuild import PlayCell

STUB = 'def double(x):\n    """Return twice x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
DOUBLE = "def double(x): return 2 * x"


def cells(*pairs):
    """Make cells of pairs (question, None for an own cell, or "given"; source)."""
    kinds = {None: "extra", "given": "given"}
    return [
        PlayCell(source, None if question in kinds else question, kinds.get(question, "answer"), index)
        for index, (question, source) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("double", DOUBLE), ("half", "1")], [0]),
        ([("double", STUB)], []),
        ([(None, DOUBLE), ("double", STUB), (None, "1")], [0]),
        ([("double", DOUBLE), (None, "double = double(2)")], [0]),
        ([(None, "double = lambda x: 2 * x"), ("double", STUB)], [0]),
        ([(None, DOUBLE), ("double", "y = 1"), (None, DOUBLE), (None, "double = 4")], [0, 1, 2]),
        ([("half", "def double(x): return x")], []),
    ],
)
def test_cells_of_a_question(released, pairs, found):
    """Its own cell, and those that define its function."""
    assert cells_of(cells(*pairs), released, "double") == found


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("def half(x): return x / 2", False),
        ('"""Half."""\nimport math\nFACTOR = 0.5\ndef half(x): return FACTOR * x', False),
        ("def half(x): return x\nclass Helper: pass", False),
        ("def two(x): return 3", True),
        ("def sum(x): return 3", True),
        ("two = 3", True),
        ("two, y = 3, 4", True),
        ("import os as len", True),
        ("from math import *", True),
        ("from numpy import sum", True),
        ("np.dot = None", True),
        ("exec('two = 3')", True),
        ("for two in range(3): pass", True),
        ("del two", True),
        ("@print\ndef half(x): return x", True),
        ("%reset -f", True),
        ("x = 1\n" * 60_000, True),
        ("def half(x) return", True),
    ],
)
def test_later_answers_that_could_spoil(source, counts):
    """An answer that only defines what is new costs no second judgement."""
    played = cells(("double", "def double(x): return two(x)"), ("given", "two = 1"), ("half", source))
    assert later_cells(played, 0) == ([2] if counts else [])


def test_every_later_cell_of_the_students_own_could_spoil():
    """What it does can hardly be read from its text."""
    assert later_cells(cells((None, "1"), ("double", DOUBLE), ("given", "2"), (None, "3")), 1) == [3]

"""The usual causes of a cell that stops have a usual cure, and the student reads it."""

import sys

import pytest

from autograder.judge.hints import hint
from autograder.wire.failures import Failure

LATER = [
    "import math",
    "def f():\n    g = 1\nh, (k, m) = 1, (2, 3)\nfor n in []: pass",
    "%magic\nthis is no Python",
]


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        ("NameError", "name 'f' is not defined", "f is defined only in a later cell"),
        ("NameError", "name 'm' is not defined", "m is defined only in a later cell"),
        ("NameError", "name 'math' is not defined", "math is defined only in a later cell"),
        ("NameError", "name 'g' is not defined", "g is defined nowhere"),
        (
            "ModuleNotFoundError",
            "No module named 'course.answers'",
            "only course.plotting may be imported from the course",
        ),
        (
            "ModuleNotFoundError",
            "No module named 'pandas'",
            "pandas is not installed where answers are graded",
        ),
        (
            "FileNotFoundError",
            "[Errno 2] No such file: '/home/ada/data.csv'",
            "/home/ada/data.csv exists on your own computer only",
        ),
        ("FileNotFoundError", r"No such file: 'C:\Users\ada\data.csv'", "exists on your own computer only"),
        ("FileNotFoundError", "No such file: 'data.csv'", ""),
        ("EOFError", "EOF when reading a line", r"answer input\(\)"),
        ("ValueError", "name 'f' is not defined", ""),
    ],
)
def test_cause_has_its_cure(kind, message, expected):
    """A hint is given where the cause is clear, and none is made up elsewhere."""
    found = hint(Failure(kind, message), LATER, ["course.plotting"])
    assert found.startswith(expected) or expected.replace("\\", "") in found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("kind", "message", "python", "told"),
    [
        ("SyntaxError", "expected '('", "3.99", True),
        ("SyntaxError", "f-string: expecting '}'", "3.99", True),
        ("ImportError", "cannot import name 'override' from 'typing'", "3.99", True),
        ("SyntaxError", "expected ':'", "{}.{}".format(*sys.version_info), False),
        ("SyntaxError", "expected ':'", "3.9", False),
        ("SyntaxError", "expected ':'", "", False),
        ("NameError", "name 'f' is not defined", "3.99", False),
    ],
)
def test_newer_python_is_named(kind, message, python, told):
    """What an older Python cannot read is no mistake in a newer one."""
    found = hint(Failure(kind, message), [], [], python)
    here = "{}.{}".format(*sys.version_info)
    assert (f"run with Python {python}, and answers are graded with Python {here}" in found) is told


def test_hostile_source_is_survived():
    """A later cell may be anything, also what breaks a parser."""
    assert "nowhere" in hint(Failure("NameError", "name 'x' is not defined"), ["(" * 10_000, "\0"], [])

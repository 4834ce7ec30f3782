"""A cell or function that stops has a cause, and the student reads it: which cell, its own error, and the cure."""

import sys
from copy import deepcopy
from dataclasses import replace

import pytest
from nbformat import v4

from autograder.judge.hints import Causes, cell_name
from autograder.judge.replies import Played
from autograder.submission.rebuild import PlayCell, rebuild
from autograder.wire.failures import Failure

ALLOWED = ["course.plotting"]


@pytest.fixture
def causes_of(released):
    """Make the causes of a notebook: own cells at its top, as pairs of source and failure; answers as released."""

    def make(*own, answer="def double(x): return 2 * x", failed=None, below=(), given="", python=""):
        notebook = deepcopy(released)
        for number, source in enumerate((*(source for source, _ in own),)):
            notebook.cells.insert(number, v4.new_code_cell(source))
        notebook.cells += [v4.new_code_cell(source) for source in below]
        for cell in notebook.cells:
            if cell.id == "answer-double":
                cell.source = answer
            if cell.id == "given-1":
                cell.source += given
        rebuilt = replace(rebuild(released, notebook), python=python)
        ends = dict(own) | {answer: failed}
        played = {}
        for index, cell in enumerate(rebuilt.cells):
            end = ends.get(cell.source)
            played[index] = (
                end if isinstance(end, Played) else Played("failed" if end else "ran", failure=end)
            )
        found = Causes(rebuilt, played, ALLOWED)
        place = next(index for index, cell in enumerate(rebuilt.cells) if cell.question == "double")
        return found, place

    return make


def name_error(name):
    return Failure("NameError", f"name '{name}' is not defined")


NO_GOOGLE = Failure(
    "ModuleNotFoundError", "No module named 'google'", "", "in line 1 of the cell: `import google`"
)


@pytest.mark.parametrize(
    "source",
    [
        "import google\nHELP = 1",
        "import google\nif True:\n    HELP = 1",
        "import google\ndef HELP(): ...",
        "import google\nwith open('x') as HELP: pass",
        "try:\n    import google\nfinally:\n    HELP = 1",
        "import google\nfrom math import pi as HELP",
        "import google\n(HELP := 1)",
        "import google\nclass HELP: ...",
        "import google\nHELP, other = 1, 2",
    ],
)
@pytest.mark.parametrize("called", [True, False])
def test_name_of_a_cell_that_stopped_has_its_cause(causes_of, source, called):
    """The message names that cell, its number and first line, its own error and what to do about it."""
    causes, place = causes_of((source, NO_GOOGLE))
    text = causes.advice(name_error("HELP"), None if called else place)
    first = source.partition("\n")[0]
    assert text.startswith(
        f"HELP is defined in code cell 1 (`{first}`), which stopped with ModuleNotFoundError: "
        "No module named 'google' (in line 1 of the cell: `import google`). "
        "google exists in Colab only: do without it in what you hand in."
    )


def test_chain_of_cells_that_stopped_is_followed(causes_of):
    """The first cause is what must be mended; a circle ends."""
    causes, _ = causes_of(("import google\nA = 1", NO_GOOGLE), ("B = A", name_error("A")))
    text = causes.advice(name_error("B"))
    assert text.startswith("B is defined in code cell 2 (`B = A`), which stopped with NameError")
    assert "A is defined in code cell 1 (`import google`), which stopped with ModuleNotFoundError" in text
    causes, _ = causes_of(("A = B", name_error("B")), ("B = A", name_error("A")))
    assert "B is defined only in a later cell: run the notebook" in causes.advice(name_error("A"))


def test_cell_that_did_not_finish_is_named(causes_of):
    """A loop, an exit, no time left: what came of that cell is said."""
    ended = Played("timeout", message="It took too long and was stopped.")
    causes, _ = causes_of(("while True: pass\nA = 1", ended))
    assert causes.advice(name_error("A")) == (
        "A is defined in code cell 1 (`while True: pass`), which did not finish. It took too long and was stopped."
    )


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (
            "def make():\n    A = 1",
            "A is known inside make, in code cell 1 (`def make():`), and nowhere else.",
        ),
        ("class C:\n    A = 1", "A is known inside C, in code cell 1 (`class C:`), and nowhere else."),
        (
            "if False:\n    A = 1",
            "Code cell 1 (`if False:`) defines A, but it was gone when it was needed, or stands",
        ),
        ("A = 1\ndel A", "Code cell 1 (`A = 1`) defines A, but it was gone"),
        ("from os import *", "No cell that was run defines A plainly"),
        ("globals().update({'A': 1})", "No cell that was run defines A plainly"),
        ("a_ = 1", "You defined a_: is that the one?"),
        ("y = 3", "A is defined nowhere in the notebook as handed in; was its cell deleted?"),
    ],
)
def test_name_is_never_said_to_be_nowhere_when_it_is_somewhere(causes_of, own, expected):
    """Where a name is bound, or may be, the message says so."""
    causes, _ = causes_of((own, None))
    assert causes.advice(name_error("A")).startswith(expected)


def test_star_import_that_stopped_may_be_the_cause(causes_of):
    """It cannot be known what it would have bound."""
    causes, _ = causes_of(("from google import *", NO_GOOGLE))
    assert "A may come from the star import of code cell 1 (`from google import *`), which stopped with" in (
        causes.advice(name_error("A"))
    )


@pytest.mark.parametrize(
    "source", ["import math as A", "def f():\n    g = 1\nh, (A, m) = 1, (2, 3)", "for A in []: pass"]
)
def test_later_cell_is_named(causes_of, source):
    """A cell run out of order; for a call, all cells have run."""
    causes, place = causes_of(below=[source])
    text = causes.advice(name_error("A"), place)
    assert text.startswith(
        "A is defined only in a later cell: run the notebook from the top. It is code cell 7 (`"
    )


def test_same_cell_further_down(causes_of):
    """The cell stopped before it came there."""
    causes, place = causes_of(answer="x = A\nA = 1\ndef double(x): ...", failed=name_error("A"))
    assert causes.advice(name_error("A"), place) == "A is defined further down in the same cell only."


def test_name_written_into_a_given_cell(causes_of):
    """That cell is as released again; the student learns where to write."""
    causes, _ = causes_of(given="\nA = 1")
    assert "A was written into the cell given-1, which is as released again" in causes.advice(name_error("A"))


def test_renamed_function_is_named(causes_of):
    """What a check looks for is not there, but something that is called nearly so."""
    causes, _ = causes_of(("def maxpool2d(x): ...", None))
    assert causes.advice(name_error("max_pool2d")) == "You defined maxpool2d: is that the one?"
    assert "nowhere" in causes.advice(name_error("maxpool1d"))  # another digit is another function


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        ("ModuleNotFoundError", "No module named 'course.answers'", "only course.plotting may be imported"),
        (
            "ModuleNotFoundError",
            "No module named 'pandas'",
            "pandas is not installed where answers are graded",
        ),
        (
            "ModuleNotFoundError",
            "No module named 'helper'",
            "If helper.py is a file of your own, put its code into",
        ),
        ("ImportError", "cannot import name 'answers' from 'course'", "graded without course.answers"),
        (
            "FileNotFoundError",
            "[Errno 2] No such file: '/home/ada/data.csv'",
            "/home/ada/data.csv exists on your own",
        ),
        ("FileNotFoundError", r"No such file: 'C:\Users\ada\data.csv'", "exists on your own computer only"),
        ("FileNotFoundError", "No such file: 'data.csv'", ""),
        ("EOFError", "EOF when reading a line", "answer input()"),
        ("ValueError", "name 'f' is not defined", ""),
    ],
)
def test_cause_has_its_cure(causes_of, kind, message, expected):
    """A hint is given where the cause is clear, and none is made up elsewhere."""
    found = causes_of()[0].advice(Failure(kind, message))
    assert expected in found
    assert bool(found) == bool(expected)


def test_fault_has_type_text_and_line(causes_of):
    """The message of a question whose cell stopped."""
    ended = Failure("IndexError", "list index out of range", "", "in line 2 of the cell: `x[5]`")
    causes, _ = causes_of(failed=ended)
    assert causes.of_questions() == {
        "double": "The cell of this question stopped with IndexError: list index out of range "
        "(in line 2 of the cell: `x[5]`)."
    }


@pytest.mark.parametrize(("message", "told"), [("", False), ("Module [Net] is missing forward", True)])
def test_stub_is_no_fault_and_an_error_of_torch_is(causes_of, message, told):
    """Both are a NotImplementedError; that of a stub has no text."""
    causes, _ = causes_of(failed=Failure("NotImplementedError", message))
    assert bool(causes.of_questions()) == told


@pytest.mark.parametrize("source", ["(" * 10_000, "\0", "x=" * 60_000])
def test_hostile_source_is_survived(causes_of, source):
    """A cell may be anything, also what breaks a parser."""
    causes, _ = causes_of((source, None), (source + " ", None))
    assert causes.advice(name_error("name_of_nothing")) != ""


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
def test_newer_python_is_named(causes_of, kind, message, python, told):
    """What an older Python cannot read is no mistake in a newer one."""
    causes, _ = causes_of(python=python)
    found = causes.advice(Failure(kind, message))
    here = "{}.{}".format(*sys.version_info)
    assert (f"run with Python {python}, and answers are graded with Python {here}" in found) is told


def test_name_of_a_cell():
    """By its question, or by its number and first line, cut."""
    sources = ("x", "double"), ("\n\n  " + "y" * 100, None), ("", None)
    cells = [PlayCell(text, question, "", n, n + 1) for n, (text, question) in enumerate(sources)]
    assert [cell_name(cell) for cell in cells] == [
        "the cell of question double",
        f"code cell 2 (`{'y' * 59}…`)",
        "code cell 3 (``)",
    ]

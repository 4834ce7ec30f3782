"""Solutions come out as nbgrader takes them out, and an answer is told from its stub."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v4
from nbgrader.preprocessors import ClearSolutions

from autograder.assignment.solutions import (
    clear_solution,
    defined_names,
    is_attempted,
    solution_regions,
    without_markers,
)
from autograder.errors import UsageError

ONE = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
TWO = (
    f"{ONE}\n\n\nclass A:\n    def g(self):\n\t# BEGIN SOLUTION here\n\treturn 1\n\t# END SOLUTION\n  pass\n"
)


def cleared_by_nbgrader(source: str) -> str:
    """What nbgrader's own preprocessor makes of a solution cell."""
    metadata = {"nbgrader": {"grade": False, "solution": True, "locked": False, "grade_id": "q"}}
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source, metadata=metadata)])
    return ClearSolutions().preprocess(notebook, {})[0].cells[0].source


@pytest.mark.parametrize(
    "source",
    [ONE, TWO, "x = 1", "", "### BEGIN SOLUTION\n### END SOLUTION", "a\n### END SOLUTION\nb", f"{ONE}\n"],
    ids=["one", "several indented", "whole cell", "empty", "empty region", "stray end", "trailing newline"],
)
def test_clear_solution_equals_nbgrader(source):
    """The released cell is, byte for byte, the one that nbgrader would release."""
    assert clear_solution(source) == cleared_by_nbgrader(source)


LINES = st.lists(st.sampled_from(["x = 1", "", "  y", "\t### END SOLUTION", " z \r", "é"]), max_size=4).map(
    "\n".join
)


@settings(deadline=None)
@given(st.lists(st.tuples(LINES, st.sampled_from(["", "  ", "\t", "\u2003"]), LINES), max_size=3), LINES)
def test_clear_solution_equals_nbgrader_for_any_regions(regions, tail):
    """No arrangement of regions, indents and odd lines makes a difference to nbgrader."""
    parts = [
        f"{text}\n{indent}### BEGIN SOLUTION\n{body}\n### END SOLUTION" for text, indent, body in regions
    ]
    source = "\n".join([*parts, tail])
    assert clear_solution(source) == cleared_by_nbgrader(source)


def test_clear_solution_refuses_a_region_without_end():
    """A forgotten end would hide the rest of the cell from the student."""
    with pytest.raises(UsageError, match="never ends; add the line ### END SOLUTION"):
        clear_solution("### BEGIN SOLUTION\nx = 1")


def test_clear_solution_refuses_nested_regions():
    """nbgrader refuses nested regions when releasing; we say so earlier."""
    with pytest.raises(UsageError, match="a solution begins within a solution"):
        clear_solution("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION")


def test_without_markers_keeps_the_solution():
    """The reference answer is the cell without the two lines that mark the solution."""
    assert without_markers(ONE) == "def f(x):\n    return x"


@pytest.mark.parametrize(
    ("source", "regions"),
    [(ONE, ("    return x",)), ("x = 1", ("x = 1",)), (TWO, ("    return x", "\treturn 1"))],
)
def test_solution_regions_returns_what_is_cleared(source, regions):
    """The search for leaks looks for exactly the text that the student must not see."""
    assert solution_regions(source) == regions


@pytest.mark.parametrize(
    ("answer", "attempted"),
    [
        ("def f():\n    pass", False),
        ("", False),
        (" \n\t", False),
        ("def f():\n\n  pass  ", False),
        ("def f(): 1", True),
    ],
)
def test_is_attempted_ignores_white_space(answer, attempted):
    """A stub that an editor has reformatted is still a stub, and an emptied cell is no answer."""
    assert is_attempted(answer, "def f():\n    pass") is attempted


def test_defined_names_reads_cells_that_are_no_python():
    """Magics and syntax errors hide no definition; comparisons and nested names are none."""
    source = "%%time\n!ls\ndef f(x):\n    inner = 1\nasync  def g(): ...\nclass H:\n"
    source += "x = (\ny: int = 1\nz == 2\nw.a = 3\n"
    assert defined_names(source) == {"f", "g", "H", "x", "y"}

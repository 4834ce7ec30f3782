"""The instructor's and the student's notebook that one source makes."""

from dataclasses import replace

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearSolutions

from autograder.assignment.source import reference_answers, released_notebook, source_notebook, stubs
from autograder.errors import UsageError
from autograder.result import CheckSpec

IDS = ["text-1", "given-0", "given-1", "answer-double", "check-double", "text-2", "answer-half", "check-half"]


def write_source(assignment, text):
    assignment.notebook_source.write_text(text)


def test_source_notebook_has_stable_ids_and_check_cells(doubling, doubling_checks):
    """Cells are found again by these ids for years: in gradebooks, in submissions, in feedback."""
    notebook = source_notebook(doubling, doubling_checks)
    assert [cell.id for cell in notebook.cells] == IDS
    assert [cell.metadata.nbgrader.grade_id for cell in notebook.cells] == IDS
    assert notebook == source_notebook(doubling, doubling_checks)
    by_id = {cell.id: cell for cell in notebook.cells}
    assert by_id["given-0"].source == "from autograder.notebook import check"
    assert by_id["check-double"].source == 'check("double")'
    assert by_id["answer-double"].metadata.question == "double"
    assert by_id["answer-double"].metadata.tags == ["first"]


def test_source_notebook_sums_points_of_each_question(doubling, doubling_checks):
    """Points exist once, on the checks; nbgrader sees their sum."""
    cells = source_notebook(doubling, doubling_checks).cells
    points = {cell.id: cell.metadata.nbgrader.points for cell in cells if cell.metadata.nbgrader.grade}
    assert points == {"check-double": 3, "check-half": 2.5}


def test_notebooks_are_valid_for_nbformat_and_nbgrader(doubling, doubling_checks):
    """Neither Jupyter nor nbgrader may stumble over a notebook that we made."""
    for notebook in (
        source_notebook(doubling, doubling_checks),
        released_notebook(doubling, doubling_checks),
    ):
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)


def test_released_notebook_equals_nbgraders(doubling, doubling_checks):
    """nbgrader's generate_assignment and our release hand out the same cells."""
    theirs, _ = ClearSolutions().preprocess(source_notebook(doubling, doubling_checks), {})
    ours = released_notebook(doubling, doubling_checks)
    assert [cell.source for cell in ours.cells] == [cell.source for cell in theirs.cells]


def test_released_notebook_has_stubs(doubling, doubling_checks):
    """The student sees the signature and the docstring, and no solution."""
    answers = stubs(released_notebook(doubling, doubling_checks))
    stub = "    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert answers == {
        "double": f'def double(x):\n    """Return twice x."""\n{stub}',
        "half": f"def half(x):\n{stub}",
    }


def test_reference_answers_are_the_solutions(doubling):
    """The reference runs without nbgrader's marks."""
    answers = reference_answers(doubling)
    assert list(answers) == ["double", "half"]
    assert (
        answers["half"] == "def half(x):\n    half_of_the_argument = x / 2\n    return half_of_the_argument"
    )


def test_raw_cells_are_kept_as_text(doubling, doubling_checks):
    """A raw cell of the source stays one, locked as text is."""
    write_source(doubling, doubling.notebook_source.read_text() + "\n# %% [raw]\n# as it is\n")
    last = source_notebook(doubling, doubling_checks).cells[-1]
    assert (last.id, last.cell_type, last.source) == ("text-3", "raw", "as it is")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('# %% question="double"\n# %% question="double"\n', "question 'double' occurs twice"),
        ('# %% [markdown] question="double"\n# text\n', "question 'double' is at a text cell"),
        ('# %% question="two words"\nx = 1\n', "question 'two words': expected a letter"),
        ("# %% question=3\nx = 1\n", "question 3: expected a letter"),
        (
            "# %%\n### BEGIN SOLUTION\n### END SOLUTION\n",
            "a solution outside an answer cell, in the cell that begins",
        ),
        ('# %% question="double"\n### BEGIN SOLUTION\n', "question 'double': a solution never ends"),
        ('# %% question="double"\nx = 1\n', "checks of half, which has no answer cell"),
    ],
)
def test_source_notebook_names_the_fault_of_a_source(doubling, doubling_checks, text, message):
    """An author learns what is wrong with the source, and where, before any student does."""
    write_source(doubling, text)
    with pytest.raises(UsageError, match=message):
        source_notebook(doubling, doubling_checks)


def test_source_notebook_refuses_a_question_without_checks(doubling, doubling_checks):
    """An answer that nothing checks would look graded and be worth nothing."""
    with pytest.raises(UsageError, match="doubling: no check of half"):
        source_notebook(doubling, doubling_checks[:2])


def test_source_notebook_names_a_source_that_cannot_be_read(doubling, doubling_checks):
    """A missing or mis-encoded source is one clear line."""
    doubling.notebook_source.write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"notebook\.py: cannot be read"):
        source_notebook(doubling, doubling_checks)
    with pytest.raises(UsageError, match=r"notebook\.py: cannot be read"):
        reference_answers(replace(doubling, folder=doubling.folder / "missing"))


def test_question_ids_keep_their_underscores(doubling):
    """`output_size` is not turned into `output-size` anywhere."""
    write_source(doubling, '# %% question="output_size"\nx = 1\n')
    checks = [CheckSpec("test_a", "output_size", 1, "public", "It must be right.")]
    assert [c.id for c in source_notebook(doubling, checks).cells][1:] == [
        "answer-output_size",
        "check-output_size",
    ]

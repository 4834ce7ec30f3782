"""Answer files are read without being run, and notebooks are filled with them."""

import pytest

from autograder.assignment.answer_files import fill, read_answer_file
from autograder.errors import UsageError

WRONG = '''\
"""Rounds down
where it must not."""
loses = {"test_a", "test_b"}
says = "floor"
# %%
import os
# %% question="half"
def half(x): return x // 2
# %%
print("after")
'''


@pytest.fixture
def answer_file(tmp_path):
    """Write a text as an answer file."""

    def write(text):
        path = tmp_path / "answer.py"
        path.write_text(text)
        return path

    return write


def test_read_answer_file_returns_header_and_cells(answer_file):
    """What an answer declares and what it answers are told apart."""
    answer = read_answer_file(answer_file(WRONG))
    assert answer.description == "Rounds down where it must not."
    assert answer.header == {"loses": {"test_a", "test_b"}, "says": "floor"}
    assert answer.cells == (
        (None, "import os"),
        ("half", "def half(x): return x // 2"),
        (None, 'print("after")'),
    )


def test_read_answer_file_runs_nothing(answer_file, tmp_path):
    """Hostile answers lie in these files: reading one must not be running it."""
    proof = tmp_path / "proof"
    code = f"open({str(proof)!r}, 'w')"
    with pytest.raises(UsageError, match=r"loses = open\(.*expected a literal value"):
        read_answer_file(answer_file(f'"""Doc."""\nloses = {code}\n# %%\n{code}\n'))
    read_answer_file(answer_file(f'"""Doc."""\n# %%\n{code}\n'))
    assert not proof.exists()


def test_read_answer_file_accepts_an_empty_set(answer_file):
    """`loses = set()` is how Python spells that nothing is lost."""
    assert read_answer_file(answer_file('"""Doc."""\nloses = set()\n# %%\n')).header == {"loses": set()}


def test_read_answer_file_keeps_magics(answer_file):
    """A hostile shell command reaches the student's notebook as the student would write it."""
    assert read_answer_file(answer_file('"""Doc."""\n# %%\n# !rm -rf /\n')).cells == ((None, "!rm -rf /"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"""Doc."""\n', 'no cell; begin each answer with a line such as # %% question="conv2d"'),
        ("# %%\nx = 1\n", "no docstring; begin with one sentence"),
        ('"""Doc."""\nimport os\n# %%\n', "'import os' in its header; expected assignments"),
        ('"""Doc."""\na = b = 1\n# %%\n', "'a = b = 1' in its header"),
        ('"""Doc."""\na = {[]: 1}\n# %%\n', "a = {.*: expected a literal value"),
        ('"""Doc.\n# %%\n', "its header is no Python"),
        ('"""Doc."""\n# %% [markdown]\n# text\n', "a text cell; an answer file holds code cells only"),
        ('"""Doc."""\n# %% question="a b"\n', "question 'a b': expected a letter"),
    ],
)
def test_read_answer_file_names_the_fault(answer_file, text, message):
    """An author's slip is one clear line with the file's name."""
    with pytest.raises(UsageError, match=message):
        read_answer_file(answer_file(text))


def test_read_answer_file_names_a_missing_file(tmp_path):
    """A wrong path is no traceback."""
    with pytest.raises(UsageError, match=r"none\.py: cannot be read"):
        read_answer_file(tmp_path / "none.py")


def test_fill_prefers_the_answer_file_and_places_extra_cells(released):
    """The answer file overrides the reference; its extra cells stand where they stood."""
    cells = [(None, "a = 1"), ("half", "h = 1"), (None, "z = 1")]
    filled = fill(released, cells, {"double": "d = 1", "half": "unused"})
    code = [cell.source for cell in filled.cells if cell.cell_type == "code"]
    imports = ["from autograder.notebook import check", "import math"]
    assert code == [*imports, "d = 1", 'check("double")', "a = 1", "h = 1", 'check("half")', "z = 1"]


def test_fill_leaves_stubs_and_the_release_alone(released):
    """Questions without an answer stay stubs, and the release can be filled again."""
    filled = fill(released, (), {"double": "d = 1"})
    assert "NotImplementedError" in filled.cells[-2].source
    assert filled.cells[3].source == "d = 1" != released.cells[3].source


def test_fill_makes_a_duplicate_of_a_question_that_occurs_twice(released):
    """The duplicate of a cell carries the same nbgrader id, as a copy made in Jupyter does."""
    filled = fill(released, [("half", "first"), ("half", "second")], {})
    twins = [cell for cell in filled.cells if cell.metadata.get("question") == "half"]
    assert [cell.source for cell in twins] == ["first", "second"]
    assert len({cell.id for cell in twins}) == 2
    assert {cell.metadata.nbgrader.grade_id for cell in twins} == {"answer-half"}


@pytest.mark.parametrize(("cells", "answers"), [([("third", "")], {}), ([], {"third": ""})])
def test_fill_refuses_unknown_questions(released, cells, answers):
    """A misspelt question would otherwise leave its stub in place without a word."""
    with pytest.raises(UsageError, match="no question third; the notebook has double, half"):
        fill(released, cells, answers)

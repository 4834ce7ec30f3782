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
EDITED = '''\
"""Rounds down, and doubles by adding two."""
edits = {"half": [("/ 2", "// 2")], "double": [("x * 2", "x + 2")]}
'''
REFERENCE = {"double": "def double(x): return x * 2", "half": "def half(x): return x / 2", "third": "x = 3"}


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


def test_edits_are_no_declaration(answer_file):
    """What an answer is stands apart from what it declares, and the questions it answers are known."""
    answer = read_answer_file(answer_file(f'{EDITED}loses = {{"a"}}\n# %% question="third"\nx = 4\n'))
    assert answer.header == {"loses": {"a"}}
    assert answer.edits == {"half": [("/ 2", "// 2")], "double": [("x * 2", "x + 2")]}
    assert answer.questions == ("half", "double", "third")


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
        ('"""Doc."""\nedits = open("x")\n', r"edits = open\('x'\): expected a literal value"),
        (
            f'{EDITED}# %% question="half"\nh = 1\n',
            r"answer\.py: half has edits and a cell; take one of them out",
        ),
    ],
)
def test_read_answer_file_names_the_fault(answer_file, text, message):
    """An author's slip is one clear line with the file's name."""
    with pytest.raises(UsageError, match=message):
        read_answer_file(answer_file(text))


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ('["half"]', r"edits is \['half'\]; write edits = \{\"question\": \[\(\"old text\", \"new text\"\)"),
        ("{1: []}", r"edits is \{1: \[\]\}; write"),
        ('{"half": ("/ 2", "// 2")}', r"edits of 'half' are \('/ 2', '// 2'\); write"),
        ('{"half": []}', r"edits of 'half' are \[\]; write"),
        ('{"half": ["/ 2", "// 2"]}', r"edits of 'half' are \['/ 2', '// 2'\]; write"),
        ('{"half": ["ab"]}', r"edits of 'half' are \['ab'\]; write"),
        ('{"half": [("/ 2",)]}', r"edits of 'half' are \[\('/ 2',\)\]; write"),
        ('{"half": [("/ 2", 2)]}', r"edits of 'half' are \[\('/ 2', 2\)\]; write"),
        ('{"half": [("", "// 2")]}', r"edits of 'half' are .*, no old text empty"),
    ],
)
def test_read_answer_file_names_malformed_edits(answer_file, edits, message):
    """Edits of another form would otherwise replace single letters, or nothing, without a word."""
    with pytest.raises(UsageError, match=rf"answer\.py: {message}"):
        read_answer_file(answer_file(f'"""Doc."""\nedits = {edits}\n'))


def test_cells_with_edits_the_reference(answer_file):
    """An edited question is the reference's answer but for the edits; other questions are not among the cells."""
    answer = read_answer_file(answer_file(EDITED))
    assert answer.cells_with(REFERENCE) == (
        ("half", "def half(x): return x // 2"),
        ("double", "def double(x): return x + 2"),
    )
    assert answer.cells == ()


def test_cells_with_has_the_edited_questions_before_the_cells_of_the_file(answer_file):
    """An extra cell stays before the whole cell that it stood before, or at the end."""
    text = f'{EDITED}# %%\nimport os\n# %% question="third"\nx = 4\n# %%\nprint("after")\n'
    cells = read_answer_file(answer_file(text)).cells_with(REFERENCE)
    assert [question for question, _ in cells] == ["half", "double", None, "third", None]


def test_cells_with_replaces_several_lines(answer_file):
    """A fault of two lines is one edit, its line ends included."""
    answer = read_answer_file(answer_file('"""Doc."""\nedits = {"half": [("a = 1\\n    b", "b")]}\n'))
    assert answer.cells_with({"half": "if x:\n    a = 1\n    b = 2"}) == (("half", "if x:\n    b = 2"),)


def test_cells_with_counts_each_edit_in_what_those_before_it_made(answer_file):
    """An exchange goes by way of a third name, and what an edit has made twice is no longer found once."""
    exchange = '[("a", "c"), ("b", "a"), ("c", "b")]'
    answer = read_answer_file(answer_file(f'"""Doc."""\nedits = {{"half": {exchange}}}\n'))
    assert answer.cells_with({"half": "a - b"}) == (("half", "b - a"),)
    answer = read_answer_file(answer_file('"""Doc."""\nedits = {"half": [("a", "b"), ("b", "c")]}\n'))
    with pytest.raises(UsageError, match=r"edit 2 replaces 'b', found 2 times .*, as edited so far"):
        answer.cells_with({"half": "a - b"})


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "x / 3",
            "found 0 times in the reference's answer, expected once; copy it from notebook.py as",
        ),
        (
            "x / 2 / 2",
            "found 2 times in the reference's answer, expected once; add what stands beside it",
        ),
    ],
)
def test_cells_with_names_a_stale_edit(answer_file, reference, message):
    """When the reference changes, an edit that no longer says what it did is found out, not skipped."""
    answer = read_answer_file(answer_file(EDITED))
    with pytest.raises(UsageError, match=rf"answer\.py: edits of 'half': edit 1 replaces '/ 2', {message}"):
        answer.cells_with(REFERENCE | {"half": reference})


def test_cells_with_names_an_unknown_question(answer_file):
    """A misspelt question is named beside those that there are."""
    answer = read_answer_file(answer_file(EDITED))
    with pytest.raises(UsageError, match=r"answer\.py: edits of 'half'; the notebook asks double, third"):
        answer.cells_with({"double": "x * 2", "third": ""})


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

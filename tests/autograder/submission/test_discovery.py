"""Submissions are found in the layouts that people have, and none is dropped in silence."""

import os

import pytest

from autograder.errors import UsageError
from autograder.submission.discovery import Submission, find_submissions, is_valid_student


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return path


def students(submissions):
    return [submission.student for submission in submissions]


def test_find_submissions_takes_one_notebook(tmp_path):
    """A notebook that is named is the submission, under its own name."""
    path = touch(tmp_path / "alice.ipynb")
    assert find_submissions([path], "conv") == [Submission("alice", path, tmp_path)]


def test_find_submissions_takes_one_notebook_of_nbgraders(tmp_path):
    """In nbgrader's layout all notebooks have one name, and the folder above tells the student."""
    path = touch(tmp_path / "alice" / "conv" / "conv.ipynb")
    assert students(find_submissions([path], "conv")) == ["alice"]


def test_find_submissions_reads_nbgraders_folder(tmp_path):
    """`submitted/` has a folder a student, in it one an assignment; other assignments are passed over."""
    touch(tmp_path / "bob" / "conv" / "conv.ipynb")
    touch(tmp_path / "alice" / "conv" / "renamed.ipynb")
    touch(tmp_path / "alice" / "other" / "other.ipynb")
    touch(tmp_path / "carol" / "other" / "other.ipynb")
    found = find_submissions([tmp_path], "conv")
    assert found == [Submission(name, tmp_path / name / "conv", tmp_path) for name in ("alice", "bob")]


def test_find_submissions_reads_a_folder_of_notebooks(tmp_path):
    """A folder downloaded from elsewhere has one notebook a student, named after them."""
    touch(tmp_path / "bob.ipynb")
    touch(tmp_path / "alice.IPYNB")
    touch(tmp_path / "grades.csv")
    assert students(find_submissions([tmp_path], "conv")) == ["alice", "bob"]


def test_find_submissions_passes_over_hidden_entries(tmp_path):
    """Checkpoints and the droppings of desktops are no students."""
    touch(tmp_path / ".ipynb_checkpoints" / "conv" / "a.ipynb")
    touch(tmp_path / "._alice.ipynb")
    touch(tmp_path / "alice.ipynb")
    assert students(find_submissions([tmp_path], "conv")) == ["alice"]


def test_find_submissions_keeps_what_reading_will_reject(tmp_path):
    """Links, odd names and empty folders become submissions, so that they show up as rejected."""
    touch(tmp_path / "=cmd().ipynb")
    (tmp_path / "bob.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "carol").symlink_to("/etc")
    (tmp_path / "dave" / "conv").mkdir(parents=True)
    (tmp_path / "erin").mkdir()
    (tmp_path / "erin" / "conv").symlink_to("/etc")
    assert students(find_submissions([tmp_path], "conv")) == ["=cmd()", "bob", "carol", "dave", "erin"]


def test_find_submissions_makes_names_printable(tmp_path):
    """A student's id ends up in files and on terminals: bytes that are no text are spelled out."""
    touch(tmp_path / os.fsdecode(b"\xff\n.ipynb"))
    assert students(find_submissions([tmp_path], "conv")) == [r"\xff\n"]


def test_find_submissions_joins_several_paths(tmp_path):
    """Notebooks and folders can be mixed; one that is named twice is one submission."""
    one, two = touch(tmp_path / "a" / "alice.ipynb"), touch(tmp_path / "b" / "bob.ipynb")
    assert students(find_submissions([two, one.parent, two], "conv")) == ["bob", "alice"]
    assert students(find_submissions([two.parent, two], "conv")) == ["bob"]


def test_find_submissions_refuses_two_of_one_student(tmp_path):
    """Which of two submissions counts is for a person to say."""
    touch(tmp_path / "alice.ipynb")
    touch(tmp_path / "alice" / "conv" / "conv.ipynb")
    with pytest.raises(UsageError, match=r"two submissions of alice: .*; keep one"):
        find_submissions([tmp_path], "conv")


def test_find_submissions_names_a_path_that_is_none(tmp_path):
    """A misspelt path is one clear line."""
    with pytest.raises(UsageError, match=r"none\.ipynb does not exist"):
        find_submissions([tmp_path / "none.ipynb"], "conv")
    with pytest.raises(UsageError, match=r"notes\.txt is no notebook: expected a name that ends in \.ipynb"):
        find_submissions([touch(tmp_path / "notes.txt")], "conv")


def test_find_submissions_names_an_empty_folder(tmp_path):
    """Grading nobody is a mistake of the caller, and the message shows the layout that was expected."""
    with pytest.raises(
        UsageError, match=r"holds no submission of conv: expected <student>/conv/<notebook>\.ipynb"
    ):
        find_submissions([tmp_path], "conv")
    with pytest.raises(UsageError, match="no submissions given"):
        find_submissions([], "conv")


@pytest.mark.parametrize("name", ["alice", "a", "7", "a.b_c@uni-x.de", "a+b", "x" * 128])
def test_is_valid_student_takes_ids_of_real_systems(name):
    """User names, matriculation numbers and mail addresses are ids."""
    assert is_valid_student(name)


@pytest.mark.parametrize(
    "name", ["", "=cmd()", "../x", "-rf", ".x", "a b", "a/b", "a\n", "ä", "x" * 129, "@SUM"]
)
def test_is_valid_student_refuses_what_can_do_harm(name):
    """Formulas, paths, options and control characters are no ids."""
    assert not is_valid_student(name)

"""The notebook of a submission is read, or the student is told why not."""

import hashlib
import os

import nbformat
import pytest

from autograder.assignment.answer_files import fill
from autograder.errors import InfrastructureError, Rejected
from autograder.submission.discovery import Submission, discover
from autograder.submission.reading import read_submission

REFERENCE = {"double": "def double(x): return 2 * x", "half": "def half(x): return x / 2"}


@pytest.fixture
def folder(tmp_path):
    """The folder of one student's submission in nbgrader's layout."""
    folder = tmp_path / "submitted" / "alice" / "doubling"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def solved(released):
    """A notebook with both answers, as text."""
    return nbformat.writes(fill(released, (), REFERENCE))


def submission_of(folder):
    return Submission("alice", folder, folder.parent.parent)


def test_read_submission_reads_the_notebook_whatever_its_name(folder, solved):
    """Students rename notebooks; the folder says which assignment it is."""
    (folder / "my final (2).ipynb").write_text(solved)
    (folder / "timestamp.txt").write_text("now")
    (folder / ".hidden.ipynb").write_text("")
    (submission,) = discover([folder.parent.parent], "doubling").submissions
    read = read_submission(submission)
    assert read.name == "my final (2).ipynb"
    assert read.digest == hashlib.sha256(solved.encode()).hexdigest()
    assert read.notes == ()
    assert [cell.source for cell in read.notebook.cells] == [
        cell.source for cell in nbformat.reads(solved, as_version=4).cells
    ]


def test_read_submission_reads_a_single_notebook(tmp_path, solved):
    """One file that is named on the command line is read as one in a folder is."""
    (tmp_path / "bob.ipynb").write_text(solved)
    (submission,) = discover([tmp_path / "bob.ipynb"], "doubling").submissions
    assert len(read_submission(submission).notebook.cells) == 8


@pytest.mark.parametrize("student", ["", "a\nb", "x" * 129, "jo\u0308rg"])
def test_read_submission_gives_no_zero_for_a_name(folder, solved, student):
    """An id that cannot be used is for a person to mend, and goes no further than this reason."""
    (folder / "a.ipynb").write_text(solved)
    with pytest.raises(InfrastructureError, match=r"student id .*; rename the student's folder or file"):
        read_submission(Submission(student, folder, folder.parent.parent))


def test_read_submission_rejects_a_path_as_a_student(folder, solved):
    """No folder is called so: this id was made up to lead elsewhere."""
    (folder / "a.ipynb").write_text(solved)
    with pytest.raises(Rejected, match=r"student id '\.\./x' holds a /"):
        read_submission(Submission("../x", folder, folder.parent.parent))


@pytest.mark.parametrize("student", ["=cmd()", "mia smith", "jörg", "李明"])
def test_read_submission_takes_any_name(folder, solved, student):
    """What a person is called does not matter to what they wrote."""
    (folder / "a.ipynb").write_text(solved)
    assert read_submission(Submission(student, folder, folder.parent.parent)).name == "a.ipynb"


def test_read_submission_rejects_a_folder_without_notebook(folder):
    """An empty folder, or one with something else, says what is missing."""
    (folder / "answer.py").write_text("")
    with pytest.raises(Rejected, match=r"there is no notebook \(\.ipynb\) in the folder doubling"):
        read_submission(submission_of(folder))


def test_read_submission_rejects_links(folder):
    """A link in the place of a notebook, of the assignment or of the student shows nobody's files."""
    (folder / "a.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(Rejected, match=r"a\.ipynb is, or goes through, a symbolic link"):
        read_submission(submission_of(folder))
    for name in ("bob", "carol/doubling"):
        path = folder.parent.parent / name
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(folder, target_is_directory=True)
        with pytest.raises(Rejected, match="link"):
            read_submission(Submission("bob", path, folder.parent.parent))


def test_read_submission_rejects_pipes_and_large_files(folder):
    """Neither a pipe that nobody writes to nor a sparse file of 33 MiB holds the grader up."""
    os.mkfifo(folder / "a.ipynb")
    with pytest.raises(Rejected, match=r"a\.ipynb is a pipe"):
        read_submission(submission_of(folder))
    (folder / "a.ipynb").unlink()
    with open(folder / "a.ipynb", "wb") as file:
        file.truncate(33 << 20)
    with pytest.raises(Rejected, match=r"a\.ipynb has 33 MiB; at most 32 MiB"):
        read_submission(submission_of(folder))


def test_read_submission_rejects_a_path_out_of_the_root(tmp_path, folder, solved):
    """Whoever makes a `Submission`, `..` does not lead out of its root."""
    (tmp_path / "x.ipynb").write_text(solved)
    root = folder.parent.parent
    with pytest.raises(Rejected, match="outside the folder of submissions"):
        read_submission(Submission("alice", root / ".." / "x.ipynb", root))


def test_read_submission_of_two_takes_the_one_of_this_assignment(folder, released, solved):
    """A notebook of another assignment, or one that is broken, beside it does not matter; a note says so."""
    (folder / "other.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))
    (folder / "broken.ipynb").write_text("{")
    (folder / "renamed.ipynb").write_text(solved)
    read = read_submission(submission_of(folder), released)
    assert read.name == "renamed.ipynb"
    assert [flag.kind for flag in read.notes] == ["several_notebooks"]
    assert "renamed.ipynb is graded" in read.notes[0].text


def test_read_submission_of_two_takes_the_answered_one(folder, released, solved):
    """The notebook as shipped beside the copy that the student worked in is not the answer."""
    (folder / "doubling.ipynb").write_text(nbformat.writes(released))
    (folder / "doubling-Copy1.ipynb").write_text(solved)
    assert read_submission(submission_of(folder), released).name == "doubling-Copy1.ipynb"


def test_read_submission_of_two_answered_takes_the_one_named_as_shipped(folder, released, solved):
    """nbgrader would take this one too."""
    for name in ("doubling.ipynb", "backup.ipynb"):
        (folder / name).write_text(solved)
    assert read_submission(submission_of(folder), released).name == "doubling.ipynb"


def test_read_submission_of_two_answered_takes_another_spelling_of_the_name(folder, released, solved):
    """A copy under another name beside it changes nothing."""
    for name in ("Doubling (1).ipynb", "backup.ipynb"):
        (folder / name).write_text(solved)
    assert read_submission(submission_of(folder), released).name == "Doubling (1).ipynb"


def test_read_submission_does_not_guess_between_two(folder, released, solved):
    """Guessing between two answered notebooks would be unfair, and so would a zero: somebody has to choose."""
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).write_text(solved)
    with pytest.raises(
        InfrastructureError, match=r"2 notebooks \(a\.ipynb, b\.ipynb\), and it is unclear which one counts"
    ):
        read_submission(submission_of(folder), released)
    with pytest.raises(InfrastructureError, match=r"there are 2 notebooks .*; keep one only"):
        read_submission(submission_of(folder))


def test_read_submission_refuses_a_crowd_of_notebooks(folder, released):
    """A folder of hundreds of large notebooks is not read one by one."""
    for number in range(21):
        (folder / f"{number:02}.ipynb").write_text("{}")
    with pytest.raises(
        InfrastructureError, match=r"there are 21 notebooks \(00\.ipynb, .*, …\); keep one only"
    ):
        read_submission(submission_of(folder), released)

"""What is written for students and for nbgrader: the allow-list, whole, and nothing else."""

import json
from dataclasses import replace

import nbformat
import pytest

from autograder.assignment.release import allow_list, write_release, write_source
from autograder.assignment.source import released_notebook, source_notebook
from autograder.errors import UsageError

FILES = ["checks_public.py", "data/points.csv", "doubling.ipynb"]


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_write_release_writes_exactly_the_allow_list(doubling, doubling_checks, tmp_path):
    """Students get the notebook, the public checks and the files of the toml; nothing else of the folder."""
    folder = tmp_path / "new" / "release"
    paths = write_release(doubling, doubling_checks, folder)
    assert files_in(folder) == FILES
    assert [path.relative_to(folder).as_posix() for path in paths] == list(allow_list(doubling))
    written = nbformat.read(folder / "doubling.ipynb", as_version=4)
    assert written == released_notebook(doubling, doubling_checks)
    assert (folder / "data" / "points.csv").read_text() == "1,2\n"


def test_release_says_what_the_book_has(doubling, doubling_checks, tmp_path):
    """`check` on a student's machine names the section, without the assignment's settings."""
    assignment = replace(doubling, sections=(("double", "data#Shapes"),), book="https://x.org/book")
    paths = write_release(assignment, doubling_checks, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == list(allow_list(assignment))
    assert json.loads((tmp_path / "sections.json").read_text()) == {
        "book": "https://x.org/book",
        "sections": {"double": "data#Shapes"},
    }


def test_write_release_leaves_other_files_alone(doubling, doubling_checks, tmp_path):
    """Releasing again replaces our files, byte for byte the same, and never deletes somebody's."""
    (tmp_path / "own.txt").write_text("mine")
    write_release(doubling, doubling_checks, tmp_path)
    first = (tmp_path / "doubling.ipynb").read_bytes()
    write_release(doubling, doubling_checks, tmp_path)
    assert (tmp_path / "own.txt").read_text() == "mine"
    assert (tmp_path / "doubling.ipynb").read_bytes() == first
    assert not list(tmp_path.glob(".*"))


def test_write_source_writes_the_instructors_notebook(doubling, doubling_checks, tmp_path):
    """nbgrader's source folder holds the solutions and the same files, and can be written again."""
    folder = tmp_path / "source" / "doubling"
    for _ in range(2):
        write_source(doubling, doubling_checks, folder)
    assert files_in(folder) == FILES
    written = nbformat.read(folder / "doubling.ipynb", as_version=4)
    assert written == source_notebook(doubling, doubling_checks)


def test_write_source_refuses_a_folder_with_other_files(doubling, doubling_checks, tmp_path):
    """nbgrader would release whatever lies beside the notebook; its own leftovers are no reason to refuse."""
    (tmp_path / "source" / ".ipynb_checkpoints").mkdir(parents=True)
    (tmp_path / "source" / ".ipynb_checkpoints" / "a.ipynb").write_text("{}")
    write_source(doubling, doubling_checks, tmp_path / "source")
    (tmp_path / "source" / "solution.py").write_text("x = 1")
    with pytest.raises(UsageError, match=r"holds solution\.py, which nbgrader would hand to the students"):
        write_source(doubling, doubling_checks, tmp_path / "source")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../other.txt", "leads out of the assignment's folder"),
        ("data/../../doubling/notebook.py", "leads out of the assignment's folder"),
        ("/etc/passwd", "leads out of the assignment's folder"),
        ("link.txt", "leads out of the assignment's folder"),
        ("notebook.py", "which students may not have"),
        ("checks_hidden.py", "which students may not have"),
        ("wrong/a.py", "which students may not have"),
        ("missing.txt", "is no file"),
        ("data", "is no file"),
    ],
)
def test_allow_list_refuses_files_that_may_not_be_shipped(doubling, name, message):
    """A slip in the toml ships no solution, no hidden check and nothing from outside the assignment."""
    (doubling.folder / "link.txt").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match=message):
        allow_list(replace(doubling, files=(name,)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("### BEGIN SOLUTION", r"data/points\.csv would carry a marked solution"),
        (
            "two_times_the_argument = 2*x\nreturn   two_times_the_argument",
            "would carry the solution of double",
        ),
        (
            "def test_double_of_any_number(student): ...",
            "would carry the hidden check test_double_of_any_number",
        ),
    ],
)
@pytest.mark.parametrize("write", [write_release, write_source])
def test_release_refuses_files_with_secrets(doubling, doubling_checks, tmp_path, write, content, message):
    """A solution or hidden check in a shipped file is noticed before it is shipped, however it is spaced."""
    (doubling.folder / "data" / "points.csv").write_text(content)
    with pytest.raises(UsageError, match=message):
        write(doubling, doubling_checks, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_release_refuses_a_given_cell_that_repeats_a_solution(doubling, doubling_checks, tmp_path):
    """A solution that an author copied into a given cell would be in plain sight."""
    text = doubling.notebook_source.read_text()
    doubling.notebook_source.write_text(
        text + "\n# %%\ndef again(x):\n    half_of_the_argument = x / 2\n    return half_of_the_argument\n"
    )
    with pytest.raises(UsageError, match=r"doubling\.ipynb would carry the solution of half"):
        write_release(doubling, doubling_checks, tmp_path / "out")


def test_write_release_names_a_folder_that_cannot_be_written(doubling, doubling_checks, tmp_path):
    """A file in the way of the folder is one clear line."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match=r"cannot write .*taken"):
        write_release(doubling, doubling_checks, tmp_path / "taken")

"""assignment.toml: what it may say, and what the author is told where it says something else."""

import pytest

from autograder.assignment import Budget, load_assignment
from autograder.errors import UsageError


@pytest.fixture
def folder(tmp_path):
    """A folder of assignments with one in it."""
    path = tmp_path / "demo"
    path.mkdir()
    (path / "assignment.toml").write_text(
        'title = "Demo"\n[budget]\nmemory_mb = 99\n[mutants]\nequivalent = ["a"]\n'
    )
    return path


def test_assignment_is_found_by_path_and_by_name(folder):
    """Both ways lead to the same."""
    by_path, by_name = load_assignment(folder), load_assignment("demo", folder.parent)
    assert by_path == by_name
    assert (by_path.id, by_path.title, by_path.budget.memory_mb, by_path.equivalent_mutants) == (
        "demo",
        "Demo",
        99,
        ("a",),
    )
    assert by_path.budget.cell_seconds == Budget().cell_seconds


def test_missing_assignment_names_those_that_exist(folder):
    """A typing error is the usual cause."""
    with pytest.raises(UsageError, match=r"no assignment 'dmeo'.*there are: demo"):
        load_assignment("dmeo", folder.parent)
    with pytest.raises(UsageError, match="there are none under"):
        load_assignment("demo", folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "Invalid value"),
        ('title = "x"\npionts = 3\n', "unknown keys pionts; expected"),
        ('title = "x"\n[budget]\nmemory = 3\n', "unknown keys budget.memory"),
        ('title = "x"\n[mutants]\nskipp = {a = "b"}\n', "unknown keys mutants.skipp"),
        ("preload = []\n", "no title; add one"),
        ('title = "x"\n[sections]\nq = "data"\n', "sections has 'data'; expected \"page#Heading\""),
        ('title = "x"\nsections = ["data#Shapes"]\n', "sections is a list; expected a table"),
        ('title = "x"\nbook = "javascript:x"\n', "book is 'javascript:x'; expected an address such as https"),
    ],
)
def test_faults_in_the_file_are_named(folder, text, message):
    """One line, with the file's name."""
    (folder / "assignment.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_assignment(folder)


def test_folder_name_is_the_id_and_must_be_one(tmp_path):
    """The id becomes a file name, a part of a cell id and a column of a gradebook."""
    folder = tmp_path / "Not An Id"
    folder.mkdir()
    (folder / "assignment.toml").write_text('title = "x"\n')
    with pytest.raises(UsageError, match="expected lower-case letters"):
        load_assignment(folder)


def test_private_checks_stand_beside_the_published_ones(folder, tmp_path, monkeypatch):
    """An instructor's own checks lie outside the repository, in a folder of the same shape."""
    (folder / "checks_public.py").touch()
    private = tmp_path / "private" / "demo"
    private.mkdir(parents=True)
    (private / "checks_private.py").touch()
    monkeypatch.setenv("AUTOGRADER_PRIVATE_CHECKS", str(private.parent))
    files = load_assignment(folder).check_files
    assert files == ((folder / "checks_public.py", "public"), (private / "checks_private.py", "hidden"))

"""What a grade depends on is named, so that nothing is graded twice and nothing stale is kept."""

import shutil

import pytest

from autograder import PACKAGE
from autograder.assignment import load_assignment
from autograder.referee.conditions import code_hash, environment, key


@pytest.fixture
def folder(tmp_path):
    """An assignment on disk."""
    path = tmp_path / "demo"
    path.mkdir()
    (path / "assignment.toml").write_text('title = "Demo"\n')
    (path / "notebook.py").write_text("# %%\n")
    (path / "checks_hidden.py").write_text("import kernelwise\n")
    return path


def known(folder, rung=1, seed="1"):
    """Return the environment of an assignment as it is on disk now."""
    return environment(load_assignment(folder), rung, seed)


@pytest.mark.parametrize("name", ["assignment.toml", "notebook.py", "checks_hidden.py"])
def test_any_change_of_the_assignment_changes_the_environment(folder, name):
    """An edited check means other grades."""
    before = known(folder)
    (folder / name).write_text((folder / name).read_text() + "\n# changed\n")
    assert known(folder)["checks"] != before["checks"]


def test_nothing_changed_means_the_same_environment(folder):
    """Otherwise every run would grade the class anew."""
    assert known(folder) == known(folder)


def test_reference_is_part_of_it(folder):
    """The course's own packages are not in any list of installed versions."""
    with_reference = known(folder)["reference"]
    (folder / "checks_hidden.py").write_text("import numpy\n")
    assert known(folder)["reference"] != with_reference


def test_key_depends_on_submission_seed_and_rung(folder):
    """Two submissions, seeds or sandboxes never share a journal entry."""
    keys = {
        key(known(folder), "a"),
        key(known(folder), "b"),
        key(known(folder, seed="2"), "a"),
        key(known(folder, rung=2), "a"),
    }
    assert len(keys) == 4
    assert key(known(folder), "a") in keys


ROOMS = sorted({path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")})


@pytest.fixture
def grader(tmp_path):
    """A copy of the grader, to be changed."""
    return shutil.copytree(PACKAGE, tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))


def test_the_whole_grader_is_part_of_it(folder, grader):
    """Not one folder of it: the hash is that of the package, wherever the module that makes it lies."""
    assert known(folder)["grader"] == code_hash(PACKAGE) == code_hash(grader)


@pytest.mark.parametrize("room", ROOMS)
def test_change_in_any_room_changes_the_hash_of_the_grader(grader, room):
    """A grade of yesterday's grader is not taken for one of today's."""
    before = code_hash(grader)
    path = next((grader / room).glob("*.py"))
    path.write_text(path.read_text() + "\n# changed\n")
    assert code_hash(grader) != before


def test_files_of_one_name_that_change_places_change_the_hash(grader):
    """Several rooms have a file of the same name."""
    first, second = grader / "sandbox" / "first.py", grader / "nbgrader_bridge" / "first.py"
    first.write_text("1\n")
    second.write_text("2\n")
    before = code_hash(grader)
    first.write_text("2\n")
    second.write_text("1\n")
    assert code_hash(grader) != before


def test_no_module_counts_its_own_way_up():
    """One constant says where the grader lies; a module that moves would count wrongly in silence."""
    counting = [
        path.name for path in PACKAGE.rglob("*.py") if "(__file__)" in path.read_text(encoding="utf-8")
    ]
    assert counting == ["__init__.py"]

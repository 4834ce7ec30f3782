"""What a grade depends on is named, so that nothing is graded twice and nothing stale is kept."""

import pytest

from autograder.assignment import load_assignment
from autograder.provenance import environment, key


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

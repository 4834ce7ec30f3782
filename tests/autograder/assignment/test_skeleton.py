"""The skeleton that an author starts from."""

import pytest

from autograder.assignment import load_assignment
from autograder.assignment.skeleton import SKELETON, new_assignment
from autograder.errors import UsageError


def test_new_assignment_has_every_part_and_its_own_title(tmp_path):
    """An author gets each kind of file to edit, under the new name."""
    folder = new_assignment("heat_flow", tmp_path / "assignments")
    assert folder == tmp_path / "assignments" / "heat_flow"
    assignment = load_assignment(folder)
    assert (assignment.id, assignment.title) == ("heat_flow", "Heat flow")
    assert assignment.notebook_source.is_file()
    assert [visibility for _, visibility in assignment.check_files] == ["public", "hidden"]
    assert all(assignment.answer_files(kind) for kind in ("alternatives", "wrong", "hostile"))


def test_new_assignment_copies_no_compiled_files(tmp_path):
    """What a run left beside the skeleton stays there."""
    folder = new_assignment("heat_flow", tmp_path)
    copied = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    own = {path.relative_to(SKELETON).as_posix() for path in SKELETON.rglob("*")}
    assert copied == {name for name in own if "__pycache__" not in name}


@pytest.mark.parametrize("name", ["", "Heat", "heat-flow", "3d", "../heat", "heat/flow", "é", "a" * 65])
def test_bad_name_is_refused_before_anything_is_made(tmp_path, name):
    """A name that no other command would accept is refused at once."""
    with pytest.raises(UsageError, match="no assignment can be called"):
        new_assignment(name, tmp_path / "assignments")
    assert not (tmp_path / "assignments").exists()


def test_existing_folder_is_refused_and_left_as_it_is(tmp_path):
    """Nobody's work is overwritten."""
    (tmp_path / "heat").mkdir()
    (tmp_path / "heat" / "notebook.py").write_text("mine")
    with pytest.raises(UsageError, match="heat exists already: choose another name"):
        new_assignment("heat", tmp_path)
    assert [path.name for path in (tmp_path / "heat").iterdir()] == ["notebook.py"]


def test_unwritable_root_is_refused_with_one_line(tmp_path):
    """A root that is no folder gives a clear line, and no traceback."""
    (tmp_path / "assignments").write_text("a file")
    with pytest.raises(UsageError, match="cannot be written: "):
        new_assignment("heat", tmp_path / "assignments")

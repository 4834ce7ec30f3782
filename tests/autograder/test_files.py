"""Writing a file whole or not at all."""

import json

import pytest

from autograder.errors import UsageError
from autograder.files import write_atomically


def test_file_and_its_folder_are_made(tmp_path):
    """A student's folder need not exist."""
    path = tmp_path / "ada" / "result.json"
    assert write_atomically(path, "{}\n") == path
    assert path.read_bytes() == b"{}\n"


def test_draft_of_a_killed_writer_is_overwritten(tmp_path):
    """What a kill leaves never piles up."""
    (tmp_path / ".result.json.part").write_text("half of a much longer te")
    write_atomically(tmp_path / "result.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
    assert (tmp_path / "result.json").read_text() == "{}"


def test_lone_surrogate_survives_in_json(tmp_path):
    """Text of a student's that is no Unicode is written, and read back as it was."""
    text = "\ud800 é \udcff"
    path = write_atomically(tmp_path / "result.json", json.dumps(text, ensure_ascii=False))
    assert json.loads(path.read_bytes()) == text


def test_folder_that_is_a_file_is_told(tmp_path):
    """A place that cannot be written is one clear line."""
    (tmp_path / "ada").write_text("")
    with pytest.raises(UsageError, match=r"cannot write .*ada/result.json"):
        write_atomically(tmp_path / "ada" / "result.json", "{}")

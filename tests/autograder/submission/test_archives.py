"""Zips of strangers are read where they lie, up to limits, and what is wrong with one is told."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from autograder.errors import InfrastructureError, Rejected
from autograder.submission import archives
from autograder.submission.untrusted_files import list_beneath, look, read_beneath
from tests.autograder.submission.class_folders import linked, locked, put, zipped

LIMIT = 1000


def read(folder: Path, data: bytes, name: str, limit: int = LIMIT) -> bytes:
    """Return a member of a zip that lies in a folder."""
    put(folder, {"a.zip": data})
    return read_beneath(folder, folder / "a.zip" / name, limit)


def test_member_is_a_path_like_others(tmp_path):
    """Folders in zips, and zips in zips, are listed and read as folders are."""
    put(tmp_path, {"a.zip": {"b/c.txt": "hello", "b/d.zip": {"e.txt": "deep"}, "b/empty/": ""}})
    inner = tmp_path / "a.zip" / "b"
    assert list_beneath(tmp_path, tmp_path / "a.zip") == ("b",)
    assert list_beneath(tmp_path, inner) == ("c.txt", "d.zip", "empty")
    assert read_beneath(tmp_path, inner / "c.txt", LIMIT) == b"hello"
    assert read_beneath(tmp_path, inner / "d.zip" / "e.txt", LIMIT) == b"deep"
    assert list_beneath(tmp_path, inner / "d.zip") == ("e.txt",)


def test_folder_may_be_called_zip(tmp_path):
    """A folder is one, whatever its name."""
    put(tmp_path, {"a.zip/b.txt": "hello"})
    assert read_beneath(tmp_path, tmp_path / "a.zip" / "b.txt", LIMIT) == b"hello"


@pytest.mark.parametrize("name", ["../x.txt", "/etc/x.txt", "a/../../x.txt", "C:/x.txt", "..\\x.txt"])
def test_no_member_leads_out(tmp_path, name):
    """A path out of the archive is seen and told, and no spelling of it can be read."""
    put(tmp_path, {"a.zip": {name: "evil", "ok.txt": "ok"}})
    faults = [node.fault for node in look(tmp_path, tmp_path / "a.zip").inner.values() if node.fault]
    assert faults == ["leads out of the archive"]
    assert read_beneath(tmp_path, tmp_path / "a.zip" / "ok.txt", LIMIT) == b"ok"
    assert os.listdir(tmp_path) == ["a.zip"], "nothing was unpacked"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (linked("x", "/etc/passwd"), "x is a symbolic link, which is never followed"),
        (locked({"x": "secret"}), "x is protected by a password"),
        (zipped({"x": "a"}, zipfile.ZIP_LZMA), "x is compressed in a way that is not read"),
        (zipped({"x": bytes(LIMIT + 1)}), "x has .* MiB; at most .* MiB are read"),
        (zipped({"x/y": "a"}), "x is a folder, not a file"),
    ],
)
def test_member_that_is_not_read(tmp_path, data, reason):
    """Links, passwords, strange methods and bombs are refused by name."""
    with pytest.raises(Rejected, match=reason):
        read(tmp_path, data, "x")


def damaged() -> bytes:
    """Return a zip whose member is not what its checksum says."""
    return zipped({"x": "hello world"}, zipfile.ZIP_STORED).replace(b"hello world", b"hello w0rld", 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", r"a\.zip is no readable zip"),
        (b"PK\x03\x04 and no more", r"a\.zip is no readable zip"),
        (zipped({"x": "a"})[:-30], r"a\.zip is no readable zip"),
        (damaged(), r"x in a\.zip is damaged: Bad CRC-32"),
        (zipped({"y": "a"}), r"x is not in a\.zip any more"),
        (zipped({"a/" * 30 + "x": "a"}), r"a\.zip has over 24 folders"),
    ],
)
def test_zip_that_cannot_be_read_is_nobodys_zero(tmp_path, data, reason):
    """An upload that broke is for a person to mend."""
    with pytest.raises(InfrastructureError, match=reason):
        read(tmp_path, data, "x")


def test_name_that_occurs_twice_is_refused(tmp_path):
    """Which of two members of one name counts would be a guess."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("x", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x", "two")
    with pytest.raises(InfrastructureError, match=r"a\.zip holds x twice"):
        read(tmp_path, data.getvalue(), "x")
    with pytest.raises(InfrastructureError, match=r"a\.zip holds x twice"):
        read(tmp_path, zipped({"x": "a", "x/y": "b"}), "x")


def test_number_of_members_is_bounded_before_they_are_parsed(tmp_path, monkeypatch):
    """A list of a million members would cost the grader its memory."""
    monkeypatch.setattr(archives, "_LIST_AT_MOST", 1000)
    with pytest.raises(InfrastructureError, match=r"a\.zip is no readable zip: it holds too many files"):
        read(tmp_path, zipped({f"{number}": "" for number in range(100)}), "1")
    monkeypatch.undo()
    monkeypatch.setattr(archives, "ENTRIES_AT_MOST", 99)
    with pytest.raises(InfrastructureError, match=r"a\.zip holds 100 files; at most 99"):
        read(tmp_path, zipped({f"{number}": "" for number in range(100)}), "1")


def test_size_that_lies_is_not_believed(tmp_path):
    """A member that says that it is small gives no more than it says."""
    data = bytearray(zipped({"x": bytes(1 << 20)}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(InfrastructureError, match=r"x in a\.zip is damaged"):
        read(tmp_path, bytes(data), "x")


def test_zips_in_zips_end(tmp_path):
    """Three deep is what platforms make of a zip of zips; a tower of them is no submission."""
    tower: dict = {"x": "bottom"}
    for _ in range(3):
        tower = {"b.zip": tower}
    put(tmp_path, {"a.zip": tower})
    with pytest.raises(InfrastructureError, match="zip in a zip"):
        read_beneath(tmp_path, tmp_path / "a.zip" / "b.zip" / "b.zip" / "b.zip" / "x", LIMIT)


def test_names_of_macos_are_utf8(tmp_path):
    """macOS writes UTF-8 and does not say so: the name of a student must not come out as line drawings."""
    data = zipped({"jxxrg/x": "a"}).replace(b"jxxrg", "jörg".encode())
    put(tmp_path, {"a.zip": data})
    assert list_beneath(tmp_path, tmp_path / "a.zip") == ("jörg",)


def test_link_to_a_zip_is_not_followed(tmp_path):
    """A zip is opened as any file is: through no link, and no pipe is waited for."""
    put(tmp_path, {"theirs/a.zip": {"x": "a"}})
    (tmp_path / "b.zip").symlink_to(tmp_path / "theirs" / "a.zip")
    os.mkfifo(tmp_path / "c.zip")
    for name in ("b.zip", "c.zip"):
        with pytest.raises(Rejected):
            read_beneath(tmp_path, tmp_path / name / "x", LIMIT)

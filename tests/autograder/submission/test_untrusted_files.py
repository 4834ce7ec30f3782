"""Files of strangers are opened without leaving their folder, and only where they are files."""

import errno
import os
import socket
import threading

import pytest

from autograder.errors import InfrastructureError, Rejected
from autograder.submission import untrusted_files
from autograder.submission.untrusted_files import list_beneath, look, printable, read_beneath

LIMIT = 1000


@pytest.fixture(params=["openat2", "steps", "checked"])
def way(request, monkeypatch):
    """Each of the three ways to open a file; the last is the one for Windows."""
    if request.param == "steps":
        monkeypatch.setattr(untrusted_files.sys, "platform", "darwin")
    elif request.param == "checked":
        monkeypatch.setattr(untrusted_files.os, "supports_dir_fd", set())
    return request.param


@pytest.fixture
def root(tmp_path):
    """A folder of submissions with one student's folder, beside a secret."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root" / "alice").mkdir(parents=True)
    (tmp_path / "root" / "alice" / "a.txt").write_text("hello")
    return tmp_path / "root"


def test_read_beneath_returns_the_bytes(way, root):
    """An ordinary file is read whole."""
    assert read_beneath(root, root / "alice" / "a.txt", LIMIT) == b"hello"


def test_list_beneath_returns_sorted_names(way, root):
    """Folders are listed through the descriptor that was checked, the root itself included."""
    (root / "alice" / "B").write_text("")
    assert list_beneath(root, root / "alice") == ("B", "a.txt")
    assert list_beneath(root, root) == ("alice",)


@pytest.mark.parametrize("target", ["../../secret.txt", "/etc/passwd", "a.txt"])
def test_read_beneath_follows_no_link_to_a_file(way, root, target):
    """A link shows what the instructor may read and the student not; harmless ones are no exception."""
    link = root / "alice" / "link.ipynb"
    link.symlink_to(target)
    assert link.read_bytes(), "the link works for whoever follows it"
    with pytest.raises(Rejected, match="symbolic link, which is never followed"):
        read_beneath(root, link, LIMIT)


def test_read_beneath_follows_no_link_to_a_folder(way, root):
    """A link in the middle of the path leads out as well as one at its end."""
    (root / "bob").symlink_to(root.parent)
    assert (root / "bob" / "secret.txt").read_text() == "secret"
    with pytest.raises(Rejected, match="link"):
        read_beneath(root, root / "bob" / "secret.txt", LIMIT)
    with pytest.raises(Rejected, match="link"):
        list_beneath(root, root / "bob")


@pytest.mark.parametrize("name", ["../secret.txt", "alice/../../secret.txt", "alice\0/a.txt"])
def test_read_beneath_refuses_to_leave_the_root(root, name):
    """No spelling of a path reaches what lies beside the root."""
    with pytest.raises(Rejected, match="outside the folder of submissions"):
        read_beneath(root, root / name, LIMIT)


def test_read_beneath_refuses_a_path_elsewhere(root):
    """A path that does not begin with the root is outside of it."""
    with pytest.raises(Rejected, match="passwd is outside"):
        read_beneath(root, root.parent.parent / "etc" / "passwd", LIMIT)


def test_read_beneath_does_not_wait_for_a_pipe(way, root):
    """Opening a FIFO that nobody writes to would hang the grading of a class."""
    os.mkfifo(root / "alice" / "pipe")
    outcome = []
    thread = threading.Thread(
        target=lambda: outcome.append(_reason(root, root / "alice" / "pipe")), daemon=True
    )
    thread.start()
    thread.join(5)
    assert outcome == ["pipe is a pipe, not a file"]


def test_read_beneath_refuses_a_socket(way, root, monkeypatch):
    """A socket is no file, and is never connected to."""
    monkeypatch.chdir(root)  # the path of a socket has at most 108 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("alice/s")
        assert _reason(root, root / "alice" / "s") == "s is a socket, not a file"


def test_read_beneath_refuses_folders_and_devices(root, monkeypatch):
    """Only regular files have a size that means something."""
    assert _reason(root, root / "alice") == "alice is a folder, not a file"
    assert _reason(type(root)("/dev"), type(root)("/dev/zero")) == "zero is a device, not a file"


def test_read_beneath_refuses_large_files_before_reading(root):
    """A file of 33 MiB, or one that only claims to be, costs nothing."""
    with open(root / "alice" / "a.txt", "wb") as file:
        file.truncate(33 << 20)
    with pytest.raises(Rejected, match=r"a\.txt has 33 MiB; at most 32 MiB are read: clear its outputs"):
        read_beneath(root, root / "alice" / "a.txt", 32 << 20)


def test_read_beneath_refuses_a_file_that_grows(root, monkeypatch):
    """A file that was small when it was measured is still not read without end."""
    real = os.fstat
    monkeypatch.setattr(
        untrusted_files.os, "fstat", lambda fd: os.stat_result([*real(fd)[:6], 0, *real(fd)[7:]])
    )
    (root / "alice" / "a.txt").write_bytes(b"x" * (LIMIT + 1))
    with pytest.raises(Rejected, match=r"a\.txt grew while it was read"):
        read_beneath(root, root / "alice" / "a.txt", LIMIT)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.txt/b", "b goes through a link or a file where a folder is expected"),
        ("x" * 300, "x+ has too long a name"),
    ],
)
def test_read_beneath_says_why(way, root, name, reason):
    """Each refusal is a sentence about the file, not an error number."""
    with pytest.raises(Rejected, match=reason):
        read_beneath(root, root / "alice" / name, LIMIT)


def test_file_that_vanished_is_nobodys_zero(way, root):
    """What was there when the folder was listed, and is gone, is not the student's doing."""
    with pytest.raises(InfrastructureError, match="none is not there"):
        read_beneath(root, root / "alice" / "none", LIMIT)


def test_look_tells_what_lies_where(way, root):
    """Every kind of entry is told by its kind, and nothing is followed or opened."""
    (root / "alice" / "link").symlink_to("/etc")
    (root / "alice" / "loop").symlink_to("loop")
    os.mkfifo(root / "alice" / "pipe")
    (root / "alice" / "b" / "c").mkdir(parents=True)
    (root / "alice" / ".hidden" / "d").mkdir(parents=True)
    (root / "alice" / "x.zip").write_bytes(b"")
    tree = look(root, root / "alice")
    assert {name: node.kind for name, node in tree.inner.items()} == {
        ".hidden": "folder",
        "a.txt": "file",
        "b": "folder",
        "link": "other",
        "loop": "other",
        "pipe": "other",
        "x.zip": "archive",
    }
    assert "c" in tree.inner["b"].inner
    assert tree.inner[".hidden"].inner == {}
    assert "symbolic link" in tree.inner["loop"].fault
    assert tree.inner["pipe"].fault == "is a pipe, not a file"


def test_look_stops_before_it_has_seen_too_much(root, monkeypatch):
    """A deep or crowded folder costs no more than others; what was not looked into says so."""
    monkeypatch.setattr(untrusted_files, "LOOKED_AT_MOST", 5)
    for number in range(6):
        (root / "alice" / f"{number}" / "deeper").mkdir(parents=True)
    tree = look(root, root)
    assert tree.inner["alice"].seen
    assert not any(node.seen for node in tree.inner["alice"].inner.values() if node.kind == "folder")
    assert not look(root, root, depth=1).inner["alice"].seen


def test_unreadable_folder_is_told_in_its_place(root, monkeypatch):
    """A folder that refuses is of kind other; what lies beside it is seen."""
    real = untrusted_files._open

    def refuse(base, parts):
        if "locked" in parts:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return real(base, parts)

    monkeypatch.setattr(untrusted_files, "_open", refuse)
    (root / "alice" / "locked").mkdir()
    tree = look(root, root / "alice")
    assert tree.inner["locked"].fault == "cannot be read: Permission denied"
    assert tree.inner["a.txt"].kind == "file"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.EMFILE])
def test_read_beneath_takes_our_own_troubles_upon_us(root, monkeypatch, number):
    """A full table of descriptors or a broken disk must never become a student's zero."""

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(untrusted_files, "_open", refuse)
    with pytest.raises(InfrastructureError, match=rf"a\.txt cannot be read: {os.strerror(number)}"):
        read_beneath(root, root / "alice" / "a.txt", LIMIT)


def test_read_beneath_leads_out_is_a_reason(root, monkeypatch):
    """What the kernel itself finds to lead out of the folder is the submission's fault."""

    def refuse(*_):
        raise OSError(errno.EXDEV, "")

    monkeypatch.setattr(untrusted_files, "_open", refuse)
    with pytest.raises(Rejected, match="leads out of the folder of submissions"):
        read_beneath(root, root / "alice" / "a.txt", LIMIT)


def test_list_beneath_refuses_what_is_no_folder(root):
    """A file in the place of a student's folder is named as such."""
    with pytest.raises(Rejected, match=r"a\.txt is not a folder"):
        list_beneath(root, root / "alice" / "a.txt")


def test_list_beneath_refuses_a_folder_of_too_many_files(root, monkeypatch):
    """A million empty files would otherwise cost the grader its memory."""
    monkeypatch.setattr(untrusted_files, "LISTED_AT_MOST", 2)
    for name in "bcd":
        (root / "alice" / name).write_text("")
    with pytest.raises(Rejected, match="alice holds more than 2 files"):
        list_beneath(root, root / "alice")


def test_nothing_stays_open(way, root):
    """A class of a thousand submissions must not use up the descriptors."""
    (root / "alice" / "link").symlink_to("a.txt")
    before = os.listdir("/proc/self/fd")
    for name in ("a.txt", "link", "none", "deep/er"):
        try:
            read_beneath(root, root / "alice" / name, LIMIT)
        except (Rejected, InfrastructureError):
            continue
    assert os.listdir("/proc/self/fd") == before


def test_openat2_without_the_system_call_goes_by_steps(root, monkeypatch):
    """Old kernels and containers that refuse openat2 read submissions all the same."""

    def refuse(*_):
        raise OSError(errno.ENOSYS, "")

    monkeypatch.setattr(untrusted_files, "_openat2", refuse)
    assert read_beneath(root, root / "alice" / "a.txt", LIMIT) == b"hello"
    (root / "alice" / "link").symlink_to("a.txt")
    with pytest.raises(Rejected, match="symbolic link"):
        read_beneath(root, root / "alice" / "link", LIMIT)


def test_printable_spells_out_what_cannot_be_written():
    """A file name of any bytes can stand in a message, a result and a terminal."""
    assert printable("a\nb\x1b[31m") == r"a\nb\x1b[31m"
    assert printable(os.fsdecode(b"\xff.ipynb")) == r"\xff.ipynb"
    assert printable("Jürgen.ipynb") == "Jürgen.ipynb"


def _reason(root, path):
    with pytest.raises(Rejected) as caught:
        read_beneath(root, path, LIMIT)
    return str(caught.value)

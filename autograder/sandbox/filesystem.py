"""What student code can see: a root of its own, with the libraries read-only and three small folders to write
in."""

from __future__ import annotations

import os
from dataclasses import dataclass

from autograder.sandbox import syscalls
from autograder.sandbox.syscalls import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REC, MS_REMOUNT

WORK = "/submission"
COURSE = "/course"
WRITABLE = (WORK, "/tmp", "/dev/shm")
SYSTEM = ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime")
_LINKS = {
    "/bin": "usr/bin",
    "/sbin": "usr/sbin",
    "/lib": "usr/lib",
    "/lib64": "usr/lib64",
    "/lib32": "usr/lib32",
}
_DEVICES = ("null", "zero", "full", "random", "urandom")
_INODES = 4096
# Any folder serves as the place where the new root is put together, as long as nothing is bound from below
# it.
_STAGE = "/sys"


@dataclass(frozen=True)
class View:
    """What the sandbox shows.

    Attributes:
        read_only: folders and files of the machine that appear at their own place (libraries).
        hidden: folders below these that appear empty (the course's own code, where it is installed as a
            library).
        course: {path below /course: file of the machine}: the modules that answers may import.
        files: {name in /work: file of the machine}: data shipped with the assignment, and artefacts of the
        submission.
        size_mb: size of each writable folder.
        owner: user and group id that owns the writable folders; None keeps the present one.
    """

    read_only: tuple[str, ...]
    hidden: tuple[str, ...]
    course: dict[str, str]
    files: dict[str, str]
    size_mb: int = 64
    owner: int | None = None


def build_root(view: View) -> None:
    """Replace this process's file system by `view`. Needs mount and PID namespaces of its own.

    Raises:
        OSError: with the step that failed.
    """
    syscalls.mount("none", "/", None, MS_REC | syscalls.MS_PRIVATE)
    syscalls.mount("tmpfs", _STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,nr_inodes=65536,mode=755")
    for path in ("/dev", "/proc", "/etc", *WRITABLE, COURSE):
        os.makedirs(_STAGE + path, exist_ok=True)
    _writable_folders(view)
    # Writable folders first: a library that lies below /tmp is then bound into the new /tmp.
    for path in (*SYSTEM, *view.read_only):
        if os.path.exists(path):
            _bind(path, _STAGE + path)
    for path in view.hidden:
        if os.path.isdir(_STAGE + path):
            syscalls.mount(
                "tmpfs", _STAGE + path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k,mode=755"
            )
    for name, source in view.course.items():
        _bind(source, f"{_STAGE}{COURSE}/{name}")
    for name, source in view.files.items():
        _bind(source, f"{_STAGE}{WORK}/{name}")
    _system_files(view)
    # The processes of this PID namespace, and nothing that tells of the machine and of others on it.
    syscalls.mount("proc", _STAGE + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid")
    syscalls.pivot_root(_STAGE)
    syscalls.mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
    os.chdir(WORK)


def _writable_folders(view: View) -> None:
    owner = "" if view.owner is None else f",uid={view.owner},gid={view.owner}"
    for path in WRITABLE:
        mode = "700" if path == WORK else "1777"
        options = f"size={view.size_mb}m,nr_inodes={_INODES},mode={mode}"
        options += owner if path == WORK else ""
        syscalls.mount("tmpfs", _STAGE + path, "tmpfs", MS_NOSUID | MS_NODEV, options)


def _bind(source: str, target: str) -> None:
    """Show `source` at `target`, read-only."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "a"):
            pass
    syscalls.mount(source, target, None, MS_BIND | MS_REC)
    syscalls.make_read_only(target)


def _system_files(view: View) -> None:
    for link, target in _LINKS.items():
        if os.path.exists("/" + target):
            os.symlink(target, _STAGE + link)
    for name in _DEVICES:
        with open(f"{_STAGE}/dev/{name}", "w"):
            pass
        syscalls.mount(f"/dev/{name}", f"{_STAGE}/dev/{name}", None, MS_BIND)
        # A device is written to all the same. Its times could be set by everybody, and read by everybody.
        syscalls.make_read_only(f"{_STAGE}/dev/{name}", MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    os.symlink("/proc/self/fd", _STAGE + "/dev/fd")
    user = 1000 if view.owner is None else view.owner
    for name, text in (
        ("passwd", f"student:x:{user}:{user}::{WORK}:/bin/sh\n"),
        ("group", f"student:x:{user}:\n"),
        ("hosts", ""),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    ):
        with open(f"{_STAGE}/etc/{name}", "w") as file:
            file.write(text)

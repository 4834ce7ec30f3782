"""Open files in a folder that strangers write to, without ever leaving it.

No symbolic link is followed below the folder, and only regular files are read: with Linux's `openat2` where
there is one, else one step at a time with `O_NOFOLLOW`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from autograder.errors import InfrastructureError, Rejected

_OPENAT2 = 437  # the same on every architecture but Alpha
_BENEATH_NO_LINKS = 0x08 | 0x04 | 0x02  # RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS
# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BY_STEPS = (errno.ENOSYS, errno.EPERM, errno.E2BIG, errno.EINVAL)

LISTED_AT_MOST = 10_000


def read_beneath(root: Path, path: Path, limit: int, advice: str = "clear its outputs and save it") -> bytes:
    """Return the bytes of the regular file `path`, which lies in `root` or deeper.

    Args:
        root: no link below it is followed.
        path: the file.
        limit: bytes that are read at most.
        advice: what to do about a larger file.
    Raises:
        Rejected: `path` leads out of `root`, goes through a link, is no regular file, or is larger than
            `limit` bytes.
        InfrastructureError: the system refuses for a reason that is not the file's.
    """
    with _opened(root, path) as descriptor:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Rejected(f"{printable(path.name)} is a {_kind(status.st_mode)}, not a file")
        if status.st_size > limit:
            size, most = _megabytes(status.st_size), _megabytes(limit)
            raise Rejected(f"{printable(path.name)} has {size}; at most {most} are read: {advice}")
        parts, left = [], limit + 1
        while left and (part := os.read(descriptor, min(left, 1 << 20))):
            parts.append(part)
            left -= len(part)
        if not left:
            raise Rejected(f"{printable(path.name)} grew while it was read, beyond {_megabytes(limit)}")
    return b"".join(parts)


def list_beneath(root: Path, path: Path) -> tuple[str, ...]:
    """Return the sorted names in the folder `path`, which is `root` or lies in it.

    Raises:
        Rejected: `path` leads out of `root`, goes through a link, is no folder, or holds more than 10 000
            entries.
        InfrastructureError: the system refuses for a reason that is not the folder's.
    """
    if os.open not in os.supports_dir_fd:  # Windows, which opens no folder either
        try:
            return _names_in(_require_no_link(root, _parts_below(root, path)), path)
        except OSError as error:
            raise _refusal(error, path) from error
    with _opened(root, path) as descriptor:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise Rejected(f"{printable(path.name)} is not a folder")
        return _names_in(descriptor, path)


def _names_in(folder: int | Path, path: Path) -> tuple[str, ...]:
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) > LISTED_AT_MOST:
                raise Rejected(f"{printable(path.name)} holds more than {LISTED_AT_MOST} files")
    return tuple(sorted(names))


def printable(name: str) -> str:
    """Return a file's name as it can be shown and written: bad UTF-8 and control characters spelled out."""
    text = os.fsencode(name).decode("utf-8", errors="backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@contextmanager
def _opened(root: Path, path: Path) -> Iterator[int]:
    """The open descriptor of `path`, for reading."""
    parts = _parts_below(root, path)
    try:
        descriptor = _open(root, parts)
    except OSError as error:
        raise _refusal(error, path) from error
    try:
        yield descriptor
    except OSError as error:
        raise _refusal(error, path) from error
    finally:
        os.close(descriptor)


def _parts_below(root: Path, path: Path) -> tuple[str, ...]:
    try:
        parts = PurePath(path).relative_to(root).parts
    except ValueError:
        raise Rejected(f"{printable(path.name)} is outside the folder of submissions") from None
    if ".." in parts or any("\0" in part for part in parts):
        raise Rejected(f"{printable(path.name)} is outside the folder of submissions")
    return parts


def _open(root: Path, parts: tuple[str, ...]) -> int:
    if os.open not in os.supports_dir_fd:
        return _open_checked(root, parts)
    start = os.open(root, _READ | _FOLDER)
    if not parts:
        return start
    try:
        if sys.platform == "linux":
            try:
                return _openat2(start, "/".join(parts))
            except OSError as error:
                if error.errno not in _BY_STEPS:
                    raise
        return open_by_steps(start, parts)
    finally:
        os.close(start)


class _OpenHow(ctypes.Structure):
    """`struct open_how` of openat2(2)."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def _openat2(start: int, name: str) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    how = _OpenHow(_READ, 0, _BENEATH_NO_LINKS)
    size = ctypes.c_size_t(ctypes.sizeof(how))
    descriptor = libc.syscall(
        ctypes.c_long(_OPENAT2),
        ctypes.c_int(start),
        ctypes.c_char_p(os.fsencode(name)),
        ctypes.byref(how),
        size,
    )
    if descriptor < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(descriptor)


def open_by_steps(start: int, parts: tuple[str, ...]) -> int:
    """Open `parts` below the open folder `start`, one component at a time, following no link."""
    current = start
    for number, part in enumerate(parts):
        folder = _FOLDER if number < len(parts) - 1 else 0
        try:
            following = os.open(part, _READ | _NOFOLLOW | folder, dir_fd=current)
        finally:
            if current != start:
                os.close(current)
        current = following
    return current


def _open_checked(root: Path, parts: tuple[str, ...]) -> int:
    """For Windows, which cannot open relative to a folder; there one reads only one's own files."""
    return os.open(_require_no_link(root, parts), _READ)


def _require_no_link(root: Path, parts: tuple[str, ...]) -> Path:
    path = root
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return path


def _refusal(error: OSError, path: Path) -> Exception:
    reasons = {
        errno.ELOOP: "is, or goes through, a symbolic link, which is never followed",
        # O_DIRECTORY | O_NOFOLLOW meets a link: Linux calls it no folder.
        errno.ENOTDIR: "goes through a link or a file where a folder is expected",
        errno.EXDEV: "leads out of the folder of submissions",
        errno.ENOENT: "is not there",
        errno.ENAMETOOLONG: "has too long a name",
        errno.ENXIO: "is a socket, not a file",
    }
    if error.errno in reasons:
        return Rejected(f"{printable(path.name)} {reasons[error.errno]}")
    return InfrastructureError(f"{printable(path.name)} cannot be read: {error.strerror or error}")


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))
    return next((name for test, name in kinds if test(mode)), "device")


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.3g} MiB"

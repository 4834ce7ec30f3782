"""Open files in a folder that strangers write to, without ever leaving it.

No symbolic link is followed below the folder, and only regular files are read: with Linux's `openat2` where
there is one, else one step at a time with `O_NOFOLLOW`. A zip counts as a folder: `ada.zip/conv/conv.ipynb`
is a path like others, read where it lies (`archives`).
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from autograder.errors import InfrastructureError, Rejected
from autograder.submission.archives import Archive, Node
from autograder.submission.names import is_archive

_OPENAT2 = 437  # the same on every architecture but Alpha
_BENEATH_NO_LINKS = 0x08 | 0x04 | 0x02  # RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS
# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_LINK = "is a symbolic link, which is never followed"
_BY_STEPS = (errno.ENOSYS, errno.EPERM, errno.E2BIG, errno.EINVAL)

LISTED_AT_MOST = 10_000
LOOKED_AT_MOST = 2_000  # entries of one submission
DEPTH_AT_MOST = 6


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
        InfrastructureError: it is not there any more, is damaged by its archive, or the system refuses for a
            reason that is not the file's.
    """
    outer, inner = _at_archive(root, path)
    if inner:
        with _archive(root, outer) as archive:
            return archive.read(inner, limit, advice)
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
        InfrastructureError: it is not there any more, or the system refuses for a reason that is not the
            folder's.
    """
    outer, inner = _at_archive(root, path)
    if outer is not None:
        with _archive(root, outer) as archive:
            return tuple(sorted(_require_folder(archive.look(inner), path).inner))
    if os.open not in os.supports_dir_fd:  # Windows, which opens no folder either
        try:
            return _names_in(_require_no_link(root, _parts_below(root, path)), path)
        except OSError as error:
            raise _refusal(error, path) from error
    with _opened(root, path) as descriptor:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise Rejected(f"{printable(path.name)} is not a folder")
        return _names_in(descriptor, path)


def look(root: Path, path: Path, depth: int = DEPTH_AT_MOST) -> Node:
    """Return what lies in the folder or zip `path`, `root` or deeper; hidden folders stay closed.

    Folders are looked into one level after the other, up to `depth` and 2000 entries; of one that was not,
    `seen` is False. A folder in it that cannot be read is of kind "other", with the reason.

    Raises:
        Rejected, InfrastructureError: as `list_beneath` does.
    """
    outer, inner = _at_archive(root, path)
    if outer is not None:
        with _archive(root, outer) as archive:
            return _require_folder(archive.look(inner), path)
    top, count = Node("folder"), 0
    waiting = deque([(path, top, 1)])
    while waiting:
        folder, node, level = waiting.popleft()
        try:
            node.inner = _nodes_in(root, folder)
        except (Rejected, InfrastructureError) as error:
            if node is top:
                raise
            node.kind, node.fault = "other", str(error).removeprefix(printable(folder.name)).strip()
            continue
        count += len(node.inner)
        for name, child in node.inner.items():
            if child.kind == "folder" and not name.startswith("."):
                child.seen = level < depth and count <= LOOKED_AT_MOST
                if child.seen:
                    waiting.append((folder / name, child, level + 1))
    return top


def is_folder_beneath(root: Path, path: Path) -> bool:
    """Return whether `path`, in `root` or deeper, is a folder that can be opened without following a link."""
    try:
        list_beneath(root, path)
    except (Rejected, InfrastructureError):
        return False
    return True


def _nodes_in(root: Path, path: Path) -> dict[str, Node]:
    if os.open not in os.supports_dir_fd:
        return {name: _node(path / name) for name in list_beneath(root, path)}
    with _opened(root, path) as descriptor:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise Rejected(f"{printable(path.name)} is not a folder")
        return {name: _node(name, descriptor) for name in _names_in(descriptor, path)}


def _node(name: str | Path, folder: int | None = None) -> Node:
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError as error:
        return Node("other", f"cannot be read: {error.strerror}")
    if stat.S_ISLNK(mode):
        return Node("other", _LINK)
    if stat.S_ISDIR(mode):
        return Node("folder")
    if stat.S_ISREG(mode):
        return Node("archive" if is_archive(str(name)) else "file")
    return Node("other", f"is a {_kind(mode)}, not a file")


def _require_folder(node: Node, path: Path) -> Node:
    if node.kind != "folder":
        raise Rejected(f"{printable(path.name)} is not a folder")
    return node


def _at_archive(root: Path, path: Path) -> tuple[Path | None, tuple[str, ...]]:
    """Split a path at the first zip on the way, or at its end: the zip, and what is named in it."""
    parts = _parts_below(root, path)
    for number, part in enumerate(parts, start=1):
        if is_archive(part) and _is_file(root, parts[:number]):
            return root.joinpath(*parts[:number]), parts[number:]
    return None, ()


def _is_file(root: Path, parts: tuple[str, ...]) -> bool:
    try:
        descriptor = _open(root, parts)
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)


@contextmanager
def _archive(root: Path, path: Path | None) -> Iterator[Archive]:
    assert path is not None
    with _opened(root, path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        yield Archive(file, path.name)


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
        errno.ELOOP: f"is, or goes through, {_LINK.removeprefix('is ')}",
        # O_DIRECTORY | O_NOFOLLOW meets a link: Linux calls it no folder.
        errno.ENOTDIR: "goes through a link or a file where a folder is expected",
        errno.EXDEV: "leads out of the folder of submissions",
        errno.ENAMETOOLONG: "has too long a name",
        errno.ENXIO: "is a socket, not a file",
    }
    if error.errno in reasons:
        return Rejected(f"{printable(path.name)} {reasons[error.errno]}")
    if error.errno == errno.ENOENT:  # it was there when the folder was listed: nobody earns a zero for that
        return InfrastructureError(f"{printable(path.name)} is not there")
    return InfrastructureError(f"{printable(path.name)} cannot be read: {error.strerror or error}")


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))
    return next((name for test, name in kinds if test(mode)), "device")


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.3g} MiB"

"""Zip archives of strangers, looked into where they lie: nothing of them is ever written to the disk.

So there is no path that leads out and no bomb that goes off: a member is read up to a limit of bytes, and the
list of members is bounded before it is parsed.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO

from autograder.errors import InfrastructureError, Rejected
from autograder.submission.names import is_archive
from autograder.text import inert_name

ENTRIES_AT_MOST = 10_000
DEPTH_AT_MOST = 24  # folders in folders
ARCHIVES_AT_MOST = 3  # archives in archives
ARCHIVE_BYTES_AT_MOST = 128 << 20  # of an archive in an archive, which is read into memory
_LIST_AT_MOST = 4 << 20  # bytes of the list of members
_PIECE = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others take the memory that the file asks for
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
)


@dataclass
class Node:
    """What lies at a path, on the disk or in an archive, seen without following or opening it.

    Attributes:
        kind: "file", "archive", "folder" or "other".
        fault: why it cannot be read, for one of kind "other".
        inner: what a folder holds, by name.
        seen: whether `inner` is all of it.
    """

    kind: str
    fault: str = ""
    inner: dict[str, Node] = field(default_factory=dict)
    seen: bool = True


class Archive:
    """An open zip.

    Args:
        file: its bytes; it stays open as long as the archive is used.
        name: of the file, for messages.
    Raises:
        InfrastructureError: it is damaged, or has more members than are looked at.
    """

    def __init__(self, file: IO[bytes], name: str, depth: int = 1) -> None:
        self.name, self._depth = name, depth
        self.top = Node("folder")
        self._members: dict[tuple[str, ...], zipfile.ZipInfo] = {}
        if depth > ARCHIVES_AT_MOST:
            raise InfrastructureError(f"{inert_name(name)} is a zip in a zip in a zip; unpack it")
        try:
            self._zip = zipfile.ZipFile(_Bounded(file))
        except _BROKEN as error:
            raise InfrastructureError(f"{inert_name(name)} is no readable zip: {inert_name(error)}") from None
        members = self._zip.infolist()
        if len(members) > ENTRIES_AT_MOST:
            raise InfrastructureError(
                f"{inert_name(name)} holds {len(members)} files; at most {ENTRIES_AT_MOST} are looked at"
            )
        for member in members:
            self._add(member)

    def look(self, parts: tuple[str, ...]) -> Node:
        """Return what lies at a path in the archive, where an archive counts as a folder.

        Raises:
            InfrastructureError: it is not there, or an archive on the way is damaged.
        """
        if inner := self._inner(parts):
            archive, rest = inner
            return archive.look(rest)
        node = self._find(parts)
        if node.kind == "archive":
            return self._open(parts).top
        return node

    def read(self, parts: tuple[str, ...], limit: int, advice: str) -> bytes:
        """Return the bytes of a file in the archive; the arguments and errors are those of `read_beneath`."""
        if inner := self._inner(parts):
            archive, rest = inner
            return archive.read(rest, limit, advice)
        node, name = self._find(parts), inert_name(parts[-1])
        if node.kind == "folder":
            raise Rejected(f"{name} is a folder, not a file")
        if node.kind == "other":
            raise Rejected(f"{name} {node.fault}")
        member = self._members[parts]
        if member.file_size > limit:
            size, most = (f"{bytes_ / (1 << 20):.3g} MiB" for bytes_ in (member.file_size, limit))
            raise Rejected(f"{name} has {size}; at most {most} are read: {advice}")
        pieces, left = [], limit
        try:
            with self._zip.open(member) as file:
                while left > 0 and (piece := file.read(min(left, _PIECE))):
                    pieces.append(piece)
                    left -= len(piece)
        except _BROKEN as error:
            raise InfrastructureError(
                f"{name} in {inert_name(self.name)} is damaged: {inert_name(error)}"
            ) from None
        return b"".join(pieces)

    def _find(self, parts: tuple[str, ...]) -> Node:
        node = self.top
        for part in parts:
            if part not in node.inner:
                raise InfrastructureError(f"{inert_name(part)} is not in {inert_name(self.name)} any more")
            node = node.inner[part]
        return node

    def _inner(self, parts: tuple[str, ...]) -> tuple[Archive, tuple[str, ...]] | None:
        """The archive in this one that a path leads through, and the rest of the path."""
        node = self.top
        for number, part in enumerate(parts[:-1], start=1):
            node = node.inner.get(part, node)
            if node.kind == "archive":
                return self._open(parts[:number]), parts[number:]
        return None

    def _open(self, parts: tuple[str, ...]) -> Archive:
        data = self.read(parts, ARCHIVE_BYTES_AT_MOST, "unpack it")
        return Archive(io.BytesIO(data), parts[-1], self._depth + 1)

    def _add(self, member: zipfile.ZipInfo) -> None:
        name = _name(member).replace("\\", "/")  # as some programs of Windows write it
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if name.startswith("/") or ".." in parts or re.match("[A-Za-z]:/", name):
            self.top.inner[name] = Node("other", "leads out of the archive")
            return
        if not parts:
            return
        if len(parts) > DEPTH_AT_MOST:
            raise InfrastructureError(
                f"{inert_name(self.name)} has over {DEPTH_AT_MOST} folders in each other"
            )
        folder = self.top
        for part in parts[:-1]:
            folder = folder.inner.setdefault(part, Node("folder"))
            if folder.kind != "folder":
                self._refuse_twice(part)
        is_folder = name.endswith("/")
        known = folder.inner.get(parts[-1])
        if known is not None and not (is_folder and known.kind == "folder"):
            self._refuse_twice(parts[-1])
        if known is None:
            folder.inner[parts[-1]] = Node("folder") if is_folder else _node(member, parts[-1])
            self._members[parts] = member

    def _refuse_twice(self, name: str) -> None:
        raise InfrastructureError(f"{inert_name(self.name)} holds {inert_name(name)} twice")


class _Bounded:
    """A file that refuses to be read in large pieces, as the list of members would be."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(
            _LIST_AT_MOST + 1 if size is None or size < 0 else min(size, _LIST_AT_MOST + 1)
        )
        if len(data) > _LIST_AT_MOST:
            raise ValueError("it holds too many files")
        return data

    def seekable(self) -> bool:
        return True


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member: macOS writes UTF-8, and does not say so."""
    if not member.flag_bits & 0x800:
        try:
            return member.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return member.filename


def _node(member: zipfile.ZipInfo, name: str) -> Node:
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return Node("other", "is a symbolic link, which is never followed")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Node("other", "is neither a file nor a folder")
    if member.flag_bits & 0x41:
        return Node("other", "is protected by a password: make the zip without one")
    if member.compress_type not in _METHODS:
        return Node("other", "is compressed in a way that is not read: make an ordinary zip")
    return Node("archive" if is_archive(name) else "file")

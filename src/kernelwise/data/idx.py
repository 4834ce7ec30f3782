"""IDX: the file format of MNIST and its relatives, read where size and checksum are known beforehand.

A file is a magic number, 2048 + the number of axes for bytes, then the size of each axis, then the bytes. All
numbers of the header are big-endian and have 4 bytes. Files may be packed; size and checksum are those of the
unpacked file, since packing the same bytes twice need not give the same file.
"""

import gzip
import lzma
import os
import struct
import zlib
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

MAGIC = {1: 2049, 3: 2051}  # axes: magic number of labels, of images
OPENERS: dict[str, Any] = {".gz": gzip.open, "": open, ".xz": lzma.open}
CHUNK = 1 << 20  # bytes unpacked at a time


class DamagedFile(OSError):
    """A file is there, but it is not the one that it should be."""


class File(NamedTuple):
    """An IDX file as it must be."""

    name: str  #: without .gz or .xz.
    shape: tuple[int, ...]  #: of the array in it.
    sha256: str  #: of the unpacked file.

    @property
    def size(self) -> int:
        """Bytes of the unpacked file."""
        return 4 + 4 * len(self.shape) + prod(self.shape)


def read(folder: Path, file: File) -> Bytes:
    """Read a file from a folder, and make sure that it is the right one.

    sha256(bytes read) = file.sha256

    No more than file.size bytes are unpacked, whatever the file would unpack to.

    Args:
        folder: where the file lies, as name.gz, name or name.xz; the first of these that exists is taken.
        file: what it must be.
    Returns:
        file.shape uint8, writeable.
    Raises:
        FileNotFoundError: no such file.
        DamagedFile: it cannot be unpacked, or its size or its checksum is wrong; the message says which.
    Example:
        >>> read(Path("nowhere"), File("labels", (3,), ""))
        Traceback (most recent call last):
        FileNotFoundError: nowhere: no labels (.gz, plain or .xz)
    """
    ending = next((ending for ending in OPENERS if os.path.isfile(folder / (file.name + ending))), None)
    if ending is None:
        raise FileNotFoundError(f"{folder}: no {file.name} (.gz, plain or .xz)")
    path = folder / (file.name + ending)
    data = bytearray()
    try:
        with OPENERS[ending](path, "rb") as stream:
            while len(data) <= file.size and (chunk := stream.read(CHUNK)):
                data += chunk
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise DamagedFile(f"{path}: cannot be read ({error})") from error
    if len(data) != file.size:
        got = f"{len(data):,}" if len(data) < file.size else "more"
        raise DamagedFile(f"{path}: wrong size, {got} bytes instead of {file.size:,}")
    checksum = sha256(data).hexdigest()
    if checksum != file.sha256:
        raise DamagedFile(f"{path}: wrong checksum, sha256 {checksum} instead of {file.sha256}")
    return decode(data)


def decode(data: bytes | bytearray) -> Bytes:
    """Take the array out of the bytes of an IDX file.

    bytes = magic, sizes, values;  magic = 2049 (labels) or 2051 (images)

    Args:
        data: the unpacked file.
    Returns:
        (n,) or (n, h, w) uint8, a view of data.
    Raises:
        ValueError: the header is cut off, the magic number is another one, or the sizes in the header do not
            account for the bytes that follow.
    Source: LeCun, Cortes & Burges, The MNIST database of handwritten digits, "File formats".
    Example:
        >>> decode(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9])).tolist()
        [7, 9]
    """
    magic = int.from_bytes(data[:4], "big")
    axes = next((axes for axes, its_magic in MAGIC.items() if its_magic == magic), None)
    if axes is None:
        raise ValueError(f"an IDX file of bytes begins with 2049 (labels) or 2051 (images), got {magic}")
    start = 4 + 4 * axes
    if len(data) < start:
        raise ValueError(f"the header of an IDX file with {axes} axes has {start} bytes, got {len(data)}")
    shape = struct.unpack_from(f">{axes}I", data, 4)
    if len(data) != start + prod(shape):
        raise ValueError(f"shape {shape} needs {prod(shape)} bytes after the header, got {len(data) - start}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def encode(array: Bytes) -> bytes:
    """Write an array as the bytes of an IDX file.

    decode(encode(a)) = a

    Args:
        array: (n,) labels or (n, h, w) images, uint8.
    Returns:
        the unpacked file.
    Raises:
        ValueError: another number of axes, or another dtype.
    Source: LeCun, Cortes & Burges, The MNIST database of handwritten digits, "File formats".
    Example:
        >>> list(encode(np.array([7, 9], np.uint8)))
        [0, 0, 8, 1, 0, 0, 0, 2, 7, 9]
    """
    if array.dtype != np.uint8 or array.ndim not in MAGIC:
        raise ValueError(f"array must be uint8 with 1 or 3 axes, got {array.dtype} with {array.ndim}")
    return struct.pack(f">{1 + array.ndim}I", MAGIC[array.ndim], *array.shape) + array.tobytes()

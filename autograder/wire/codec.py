"""The only values that cross between referee and player: a closed table of tags, nothing that runs on
decoding.

Numbers, text, lists, tuples, dictionaries, numeric arrays, and handles: numbers that stand for what stays on
the player's side. No classes, no code, no references. Decoding gives exact built-ins, plain `np.ndarray` and
`Handle`, whatever the sender claims, and never takes ten times the bytes that arrived, short messages apart.
What is refused on arrival is refused on sending already: an honest value that is too large is told as such.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_DEPTH = 40
MAX_ITEMS = 1_000_000
MAX_INT_BYTES = 1024
MAX_HANDLES = 64
# Numbers can be chosen such that all of them fall on one place of a dictionary, text and bytes cannot.
MAX_NUMBER_KEYS = 1000
MAX_DIMENSIONS = 32
# Memory of a decoded value: so much is free, and beyond it so many bytes for each byte of the message.
FREE_BYTES = 16 << 20
BYTES_A_BYTE = 9
DTYPES = ("?", "b", "B", "<h", "<H", "<i", "<I", "<q", "<Q", "<e", "<f", "<d", "<F", "<D")
_CODES = {np.dtype(text): code for code, text in enumerate(DTYPES)}
_LENGTH = struct.Struct("<Q")
_FLOAT = struct.Struct("<d")
_COMPLEX = struct.Struct("<dd")


@dataclass(slots=True)
class Handle:
    """Something that stays in the player, such as a model: only its number crosses. It is no dictionary
    key."""

    number: int


class CodecError(ValueError):
    """A value that cannot cross, or bytes that are no value. The message says what was met."""


class _Ledger:
    """What a value holds and takes once it is decoded, kept in the same way where it is sent and received."""

    def __init__(self, most: float) -> None:
        self.most = most
        self.memory = self.items = self.number_keys = self.handles = 0

    def take(self, size: int) -> None:
        """Note an object of so many bytes, before it is made."""
        self.memory += size
        if self.memory > self.most:
            raise CodecError(
                f"a value of many small parts, which take more than {BYTES_A_BYTE} times what they hold; "
                "expected arrays of numbers"
            )

    def container(self, kind: str, count: int) -> None:
        """Note a list, tuple ("l", "t") or dictionary ("d") of so many items."""
        self.items += count
        if self.items > MAX_ITEMS:
            raise CodecError(
                f"a value of {self.items} items; at most {MAX_ITEMS} in all its lists and dictionaries"
            )
        self.take(64 + bool(count) * 200 + max(0, count - 5) * 100 if kind == "d" else 72 + 8 * count)

    def key(self, key: Any) -> None:
        """Note the key of a dictionary."""
        self.number_keys += type(key) not in (str, bytes)
        if self.number_keys > MAX_NUMBER_KEYS:
            raise CodecError(f"more than {MAX_NUMBER_KEYS} dictionary keys that are neither text nor bytes")

    def handle(self) -> None:
        """Note a handle."""
        self.handles += 1
        if self.handles > MAX_HANDLES:
            raise CodecError(f"more than {MAX_HANDLES} handles")

    def array(self, size: int, ndim: int) -> None:
        """Note an array of so many bytes and axes."""
        if ndim > MAX_DIMENSIONS:
            raise CodecError(f"an array of {ndim} axes; at most {MAX_DIMENSIONS}")
        self.take(size + 144 + 16 * ndim)

    def whole(self, size: int) -> None:
        """Hold if a message of so many bytes justifies what was noted."""
        self.most = _most(size)
        self.take(0)


def _most(size: int) -> int:
    """Return what a message of so many bytes may take once it is decoded."""
    return max(FREE_BYTES, BYTES_A_BYTE * size)


def encode(value: Any) -> bytes:
    """Encode a plain value.

    Args:
        value: None, bool, int, float, complex, str, bytes, list, tuple, dict, np.ndarray of numbers, a
            numpy scalar (which arrives as an array with no axes, so that its dtype is kept), or a Handle.
            Subclasses are not accepted.
    Raises:
        CodecError: any other type; more than 40 levels deep; an array of objects or strings; more than
            1,000,000 items, 1000 numbers as keys of dictionaries, or 64 handles; many small parts that
            together take nine times what they hold.
    Example:
        >>> decode(encode((1, "two", [3.0])))
        (1, 'two', [3.0])
    """
    parts: list[bytes] = []
    ledger = _Ledger(math.inf)
    _encode(value, parts, ledger, 0)
    message = b"".join(parts)
    ledger.whole(len(message))
    return message


def decode(data: bytes | bytearray | memoryview) -> Any:
    """Decode what `encode` wrote, from a sender that is not trusted.

    Raises:
        CodecError: unknown tag, truncated or left-over bytes, too deep, too many items, unknown dtype, or a
            shape that does not match the number of bytes.
    """
    reader = _Reader(memoryview(data))
    value = _decode(reader, 0)
    if reader.position != len(reader.data):
        raise CodecError(f"{len(reader.data) - reader.position} bytes are left over after the value")
    return value


def _encode(value: Any, parts: list[bytes], ledger: _Ledger, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CodecError(f"the value is nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if value is None:
        parts.append(b"N")
    elif kind is bool:
        parts.append(b"T" if value else b"F")
    elif kind is int:
        _encode_int(value, parts, ledger)
    elif kind is float:
        ledger.take(32)
        parts.append(b"f" + _FLOAT.pack(value))
    elif kind is complex:
        ledger.take(32)
        parts.append(b"c" + _COMPLEX.pack(value.real, value.imag))
    elif kind is str:
        text = value.encode("utf-8", "surrogatepass")
        ledger.take(_of_text(len(text)))
        parts.append(b"s" + _LENGTH.pack(len(text)) + text)
    elif kind is bytes:
        ledger.take(48 + len(value))
        parts.append(b"b" + _LENGTH.pack(len(value)) + value)
    elif kind in (list, tuple):
        tag = "l" if kind is list else "t"
        ledger.container(tag, len(value))
        parts.append(tag.encode() + _LENGTH.pack(len(value)))
        for item in value:
            _encode(item, parts, ledger, depth + 1)
    elif kind is dict:
        ledger.container("d", len(value))
        parts.append(b"d" + _LENGTH.pack(len(value)))
        for key, item in value.items():
            ledger.key(key)
            _encode(key, parts, ledger, depth + 1)
            _encode(item, parts, ledger, depth + 1)
    elif kind is np.ndarray or isinstance(value, np.generic):
        _encode_array(np.asarray(value), parts, ledger)
    elif kind is Handle:
        ledger.handle()
        parts.append(b"h" + _LENGTH.pack(value.number))
    else:
        raise CodecError(
            f"a value of type {kind.__name__} cannot be sent; expected numbers, text, lists or arrays"
        )


def _of_int(size: int) -> int:
    return 32 + 2 * size


def _of_text(size: int) -> int:
    return 80 + 4 * size  # one unusual letter makes all of them four bytes wide


def _encode_int(value: int, parts: list[bytes], ledger: _Ledger) -> None:
    size = value.bit_length() // 8 + 1
    if size > MAX_INT_BYTES:
        raise CodecError(f"an integer of {size} bytes is too large; at most {MAX_INT_BYTES} bytes")
    ledger.take(_of_int(size))
    parts.append(b"i" + _LENGTH.pack(size) + value.to_bytes(size, "little", signed=True))


def _encode_array(array: np.ndarray, parts: list[bytes], ledger: _Ledger) -> None:
    dtype = array.dtype.newbyteorder("<")
    if dtype not in _CODES:
        raise CodecError(
            f"an array of dtype {array.dtype} cannot be sent; expected booleans or numbers up to 64 bits"
        )
    ledger.array(array.nbytes, array.ndim)
    header = struct.pack("<BB", _CODES[dtype], array.ndim) + struct.pack(f"<{array.ndim}Q", *array.shape)
    parts.append(b"a" + header)
    parts.append(np.asarray(array, dtype=dtype, order="C").tobytes())


class _Reader:
    """A position in received bytes; `take` refuses to go past the end."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 0
        self.ledger = _Ledger(_most(len(data)))

    def take(self, count: int) -> memoryview:
        if count > len(self.data) - self.position:
            raise CodecError(f"{count} bytes announced, {len(self.data) - self.position} there")
        start, self.position = self.position, self.position + count
        return self.data[start : self.position]

    def length(self) -> int:
        return _LENGTH.unpack(self.take(8))[0]

    def block(self, overhead: Callable[[int], int]) -> memoryview:
        """Read a length and so many bytes, which take `overhead(length)` once they are decoded."""
        raw = self.take(self.length())
        self.ledger.take(overhead(len(raw)))
        return raw

    def count(self, kind: str) -> int:
        """Read a number of items; each takes at least a byte, so more than what is left is a lie."""
        count = self.length()
        if count > len(self.data) - self.position:
            raise CodecError(f"{count} items announced; {len(self.data) - self.position} bytes there")
        self.ledger.container(kind, count)
        return count


def _decode(reader: _Reader, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise CodecError(f"the value is nested more than {MAX_DEPTH} levels deep")
    tag = bytes(reader.take(1))
    match tag:
        case b"N":
            return None
        case b"T" | b"F":
            return tag == b"T"
        case b"i":
            return _decode_int(reader)
        case b"f":
            reader.ledger.take(32)
            return _FLOAT.unpack(reader.take(8))[0]
        case b"c":
            reader.ledger.take(32)
            return complex(*_COMPLEX.unpack(reader.take(16)))
        case b"s":
            return _decode_text(reader)
        case b"b":
            return bytes(reader.block(lambda size: 48 + size))
        case b"l":
            return _decode_list(reader, reader.count("l"), depth)
        case b"t":
            return tuple(_decode_list(reader, reader.count("t"), depth))
        case b"d":
            return _decode_dict(reader, depth)
        case b"a":
            return _decode_array(reader)
        case b"h":
            reader.ledger.handle()
            return Handle(reader.length())
    raise CodecError(f"unknown tag {tag!r}")


def _decode_int(reader: _Reader) -> int:
    size = reader.length()
    if size > MAX_INT_BYTES:
        raise CodecError(f"an integer of {size} bytes; at most {MAX_INT_BYTES}")
    reader.ledger.take(_of_int(size))
    return int.from_bytes(reader.take(size), "little", signed=True)


def _decode_text(reader: _Reader) -> str:
    try:
        return bytes(reader.block(_of_text)).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise CodecError("text that is no UTF-8") from error


def _decode_list(reader: _Reader, count: int, depth: int) -> list:
    items = [None] * count  # made as long as it gets: one that grows has room to spare
    for index in range(count):
        items[index] = _decode(reader, depth + 1)
    return items


def _decode_dict(reader: _Reader, depth: int) -> dict:
    found: dict[Any, Any] = {}
    for _ in range(reader.count("d")):
        key = _decode(reader, depth + 1)
        reader.ledger.key(key)
        value = _decode(reader, depth + 1)
        try:
            found[key] = value
        except TypeError as error:  # a list or an array as a key
            raise CodecError("a dictionary key that cannot be one") from error
    return found


def _decode_array(reader: _Reader) -> np.ndarray:
    code, ndim = reader.take(2)
    if code >= len(DTYPES) or ndim > MAX_DIMENSIONS:
        raise CodecError(f"an array of unknown dtype {code} or {ndim} axes; at most {MAX_DIMENSIONS}")
    shape = struct.unpack(f"<{ndim}Q", reader.take(8 * ndim))
    dtype = np.dtype(DTYPES[code])
    raw = reader.take(math.prod(shape) * dtype.itemsize)  # refused before anything is allocated
    reader.ledger.array(len(raw), ndim)
    try:
        # a copy, so that the array can be written to, and is nothing but its numbers
        return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
    except (ValueError, OverflowError) as error:  # such as (0, 2**63): no bytes, but no array either
        raise CodecError(f"an array of shape {shape} cannot exist") from error

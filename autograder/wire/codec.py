"""The only values that cross between referee and player: a closed table of tags, nothing that runs on
decoding.

Numbers, text, lists, tuples, dictionaries, numeric arrays, and handles: numbers that stand for what stays on
the player's side. No classes, no code, no references. Decoding gives exact built-ins, plain `np.ndarray` and
`Handle`, whatever the sender claims, and never allocates more than the bytes that arrived justify.
"""

from __future__ import annotations

import math
import struct
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


def encode(value: Any) -> bytes:
    """Encode a plain value.

    Args:
        value: None, bool, int, float, complex, str, bytes, list, tuple, dict, np.ndarray of numbers, a
            numpy scalar (which arrives as an array with no axes, so that its dtype is kept), or a Handle.
            Subclasses are not accepted.
    Raises:
        CodecError: any other type; more than 40 levels deep; an array of objects or strings.
    Example:
        >>> decode(encode((1, "two", [3.0])))
        (1, 'two', [3.0])
    """
    parts: list[bytes] = []
    _encode(value, parts, 0)
    return b"".join(parts)


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


def _encode(value: Any, parts: list[bytes], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CodecError(f"the value is nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if value is None:
        parts.append(b"N")
    elif kind is bool:
        parts.append(b"T" if value else b"F")
    elif kind is int:
        _encode_int(value, parts)
    elif kind is float:
        parts.append(b"f" + _FLOAT.pack(value))
    elif kind is complex:
        parts.append(b"c" + _COMPLEX.pack(value.real, value.imag))
    elif kind is str:
        text = value.encode("utf-8", "surrogatepass")
        parts.append(b"s" + _LENGTH.pack(len(text)) + text)
    elif kind is bytes:
        parts.append(b"b" + _LENGTH.pack(len(value)) + value)
    elif kind in (list, tuple):
        parts.append((b"l" if kind is list else b"t") + _LENGTH.pack(len(value)))
        for item in value:
            _encode(item, parts, depth + 1)
    elif kind is dict:
        parts.append(b"d" + _LENGTH.pack(len(value)))
        for key, item in value.items():
            _encode(key, parts, depth + 1)
            _encode(item, parts, depth + 1)
    elif kind is np.ndarray or isinstance(value, np.generic):
        _encode_array(np.asarray(value), parts)
    elif kind is Handle:
        parts.append(b"h" + _LENGTH.pack(value.number))
    else:
        raise CodecError(
            f"a value of type {kind.__name__} cannot be sent; expected numbers, text, lists or arrays"
        )


def _encode_int(value: int, parts: list[bytes]) -> None:
    size = value.bit_length() // 8 + 1
    if size > MAX_INT_BYTES:
        raise CodecError(f"an integer of {size} bytes is too large; at most {MAX_INT_BYTES} bytes")
    parts.append(b"i" + _LENGTH.pack(size) + value.to_bytes(size, "little", signed=True))


def _encode_array(array: np.ndarray, parts: list[bytes]) -> None:
    dtype = array.dtype.newbyteorder("<")
    if dtype not in _CODES:
        raise CodecError(
            f"an array of dtype {array.dtype} cannot be sent; expected booleans or numbers up to 64 bits"
        )
    header = struct.pack("<BB", _CODES[dtype], array.ndim) + struct.pack(f"<{array.ndim}Q", *array.shape)
    parts.append(b"a" + header)
    parts.append(np.asarray(array, dtype=dtype, order="C").tobytes())


class _Reader:
    """A position in received bytes; `take` refuses to go past the end."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 0
        self.items = 0
        self.number_keys = 0
        self.handles = 0

    def take(self, count: int) -> memoryview:
        if count > len(self.data) - self.position:
            raise CodecError(f"{count} bytes announced, {len(self.data) - self.position} there")
        start, self.position = self.position, self.position + count
        return self.data[start : self.position]

    def length(self) -> int:
        return _LENGTH.unpack(self.take(8))[0]

    def count(self) -> int:
        """Read a number of items; each takes at least a byte, so more than what is left is a lie."""
        count = self.length()
        self.items += count
        if count > len(self.data) - self.position or self.items > MAX_ITEMS:
            raise CodecError(
                f"{count} items announced; more than the bytes, or the limit of {MAX_ITEMS}, allow"
            )
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
            return _FLOAT.unpack(reader.take(8))[0]
        case b"c":
            return complex(*_COMPLEX.unpack(reader.take(16)))
        case b"s":
            return _decode_text(reader)
        case b"b":
            return bytes(reader.take(reader.length()))
        case b"l":
            return [_decode(reader, depth + 1) for _ in range(reader.count())]
        case b"t":
            return tuple([_decode(reader, depth + 1) for _ in range(reader.count())])
        case b"d":
            return _decode_dict(reader, depth)
        case b"a":
            return _decode_array(reader)
        case b"h":
            return _decode_handle(reader)
    raise CodecError(f"unknown tag {tag!r}")


def _decode_int(reader: _Reader) -> int:
    size = reader.length()
    if size > MAX_INT_BYTES:
        raise CodecError(f"an integer of {size} bytes; at most {MAX_INT_BYTES}")
    return int.from_bytes(reader.take(size), "little", signed=True)


def _decode_handle(reader: _Reader) -> Handle:
    reader.handles += 1
    if reader.handles > MAX_HANDLES:
        raise CodecError(f"more than {MAX_HANDLES} handles")
    return Handle(reader.length())


def _decode_text(reader: _Reader) -> str:
    try:
        return bytes(reader.take(reader.length())).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise CodecError("text that is no UTF-8") from error


def _decode_dict(reader: _Reader, depth: int) -> dict:
    pairs = []
    for _ in range(reader.count()):
        key = _decode(reader, depth + 1)
        reader.number_keys += type(key) not in (str, bytes)
        pairs.append((key, _decode(reader, depth + 1)))
    if reader.number_keys > MAX_NUMBER_KEYS:
        raise CodecError(f"more than {MAX_NUMBER_KEYS} dictionary keys that are neither text nor bytes")
    try:
        return dict(pairs)
    except TypeError as error:  # a list or an array as a key
        raise CodecError("a dictionary key that cannot be one") from error


def _decode_array(reader: _Reader) -> np.ndarray:
    code, ndim = reader.take(2)
    if code >= len(DTYPES) or ndim > MAX_DIMENSIONS:
        raise CodecError(f"an array of unknown dtype {code} or {ndim} axes; at most {MAX_DIMENSIONS}")
    shape = struct.unpack(f"<{ndim}Q", reader.take(8 * ndim))
    dtype = np.dtype(DTYPES[code])
    raw = bytearray(reader.take(math.prod(shape) * dtype.itemsize))  # refused before anything is allocated
    try:
        return np.frombuffer(raw, dtype=dtype).reshape(
            shape
        )  # a bytearray, so that the array can be written to
    except (ValueError, OverflowError) as error:  # such as (0, 2**63): no bytes, but no array either
        raise CodecError(f"an array of shape {shape} cannot exist") from error

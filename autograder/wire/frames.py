"""Frames on a socket between referee and player: four bytes of length, then the encoded value.

Each wait has a deadline on the monotonic clock, and each frame a cap on its size, so that neither side can be
held up or flooded by the other.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from autograder.wire import codec

MAX_FRAME = 64 << 20
TICK_SECONDS = 0.025
_HEADER = struct.Struct(">I")


class ProtocolError(Exception):
    """The other side sent something that is no frame, or not the frame that was due."""


class Closed(Exception):
    """The other side is gone."""


class DeadlineExceeded(Exception):
    """The time for this exchange is over."""


def payload(value: Any) -> bytes:
    """Return a value as the content of a frame.

    Raises:
        codec.CodecError: the value cannot cross, or its frame exceeds 64 MiB.
    """
    content = codec.encode(value)
    if len(content) > MAX_FRAME:
        raise codec.CodecError(
            f"the value takes {len(content) >> 20} MiB; at most {MAX_FRAME >> 20} MiB can be sent"
        )
    return content


def send(
    sock: socket.socket, value: Any, deadline: float | None = None, tick: Callable[[], None] | None = None
) -> None:
    """Send one value.

    Args:
        deadline: seconds on `time.monotonic`; None waits for ever.
        tick: called before each wait and every 25 ms during it, so that a byte now and then does not put it
            off; it may raise to end the wait.
    Raises:
        codec.CodecError: the value cannot cross, or its frame exceeds 64 MiB; nothing was sent.
        Closed, DeadlineExceeded.
    """
    content = payload(value)
    for part in (_HEADER.pack(len(content)), content):
        view = memoryview(part)
        while view:
            _wait(sock, select.POLLOUT, deadline, tick)
            try:
                view = view[sock.send(view, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Closed(str(error)) from error


def receive(
    sock: socket.socket, deadline: float | None = None, tick: Callable[[], None] | None = None
) -> Any:
    """Receive one value; arguments as in `send`.

    Raises:
        ProtocolError: the frame is too large or holds no value.
        Closed, DeadlineExceeded.
    """
    (size,) = _HEADER.unpack(_read(sock, _HEADER.size, deadline, tick))
    if size > MAX_FRAME:
        raise ProtocolError(f"a frame of {size} bytes; at most {MAX_FRAME}")
    try:
        return codec.decode(_read(sock, size, deadline, tick))
    except codec.CodecError as error:
        raise ProtocolError(str(error)) from error


def pending(sock: socket.socket, seconds: float = 0.0) -> bool:
    """Is something there to read, or the other side gone, although nothing is due? Wait `seconds` for it."""
    return bool(_poll(sock, select.POLLIN, seconds))


def has_more(sock: socket.socket) -> bool:
    """Is there a byte to read, rather than the end? For a socket on which something is `pending`."""
    try:
        return bool(sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False


def _read(
    sock: socket.socket, size: int, deadline: float | None, tick: Callable[[], None] | None
) -> bytearray:
    buffer = bytearray()
    while len(buffer) < size:
        _wait(sock, select.POLLIN, deadline, tick)
        try:
            chunk = sock.recv(min(size - len(buffer), 1 << 20), socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        except OSError as error:
            raise Closed(str(error)) from error
        if not chunk:
            raise Closed("end of stream")
        buffer += chunk
    return buffer


def _wait(sock: socket.socket, event: int, deadline: float | None, tick: Callable[[], None] | None) -> None:
    while True:
        if tick:
            tick()
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise DeadlineExceeded
        span = TICK_SECONDS if tick else left
        if _poll(sock, event, span if left is None or span is None else min(span, left)):
            return


def _poll(sock: socket.socket, event: int, seconds: float | None) -> list:
    poller = select.poll()  # not select.select, which fails on descriptors from 1024 up
    poller.register(sock, event)
    return poller.poll(None if seconds is None else max(0, seconds * 1000))

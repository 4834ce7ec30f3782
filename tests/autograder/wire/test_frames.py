"""The wire: whole frames or an error, in time, whatever the other side does."""

import socket
import struct
import threading
import time

import numpy as np
import pytest

from autograder.wire import codec, frames


@pytest.fixture
def pair():
    """Two ends of one wire."""
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


def test_large_values_cross_in_pieces(pair):
    """A value larger than the socket's buffer needs both sides at once."""
    array = np.arange(3_000_000.0)
    sender = threading.Thread(target=frames.send, args=(pair[0], array))
    sender.start()
    assert np.array_equal(frames.receive(pair[1], time.monotonic() + 20), array)
    sender.join()


def test_frame_beyond_the_cap_is_refused_unread(pair):
    """A reply of 10 GB is refused by its header."""
    pair[0].sendall(struct.pack(">I", frames.MAX_FRAME + 1))
    with pytest.raises(frames.ProtocolError, match="a frame of"):
        frames.receive(pair[1], time.monotonic() + 5)


def test_frame_without_a_value_is_a_protocol_error(pair):
    """Bytes that the codec refuses are the other side's fault."""
    pair[0].sendall(struct.pack(">I", 3) + b"ZZZ")
    with pytest.raises(frames.ProtocolError, match="unknown tag"):
        frames.receive(pair[1], time.monotonic() + 5)


def test_partial_frame_ends_at_the_deadline(pair):
    """Half a frame holds nobody up for longer than the deadline."""
    pair[0].sendall(struct.pack(">I", 100) + b"half")
    start = time.monotonic()
    with pytest.raises(frames.DeadlineExceeded):
        frames.receive(pair[1], start + 0.2)
    assert time.monotonic() - start < 2


def test_end_of_stream_is_closed(pair):
    """A dead player is noticed at once."""
    pair[0].close()
    with pytest.raises(frames.Closed, match="end of stream"):
        frames.receive(pair[1], time.monotonic() + 5)


def test_sending_to_nobody_is_closed(pair):
    """A player that died before the request is noticed too."""
    pair[1].close()
    with pytest.raises(frames.Closed):
        frames.send(pair[0], "anybody?")


def test_sending_to_one_who_does_not_read_ends_at_the_deadline(pair):
    """A player that never reads cannot hold the referee."""
    with pytest.raises(frames.DeadlineExceeded):
        frames.send(pair[0], np.zeros(4_000_000), time.monotonic() + 0.2)


def test_value_beyond_the_cap_is_refused_unsent(pair):
    """The sender hears of it, and the wire stays usable."""
    with pytest.raises(codec.CodecError, match="at most 64 MiB"):
        frames.send(pair[0], np.zeros(9 << 20))
    frames.send(pair[0], "still here")
    assert frames.receive(pair[1], time.monotonic() + 5) == "still here"


def test_tick_is_called_while_waiting_and_may_end_it(pair):
    """The memory watchdog looks in during every wait."""
    calls = []

    def tick():
        calls.append(1)
        if len(calls) == 3:
            raise InterruptedError("seen enough")

    with pytest.raises(InterruptedError, match="seen enough"):
        frames.receive(pair[1], time.monotonic() + 5, tick)


def test_pending_tells_whether_something_is_there(pair):
    """A reply that nobody asked for is visible before the next request."""
    assert not frames.pending(pair[1])
    pair[0].sendall(b"x")
    assert frames.pending(pair[1])

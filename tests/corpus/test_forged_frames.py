"""Forging the exchange itself (threat 18): a student owns one end of the wire, and can write what he likes to it."""

import socket
import time

import pytest

from autograder.wire import frames
from tests.corpus.conftest import WRONG, checks_of, flags_of

# What a student finds at once: the wire's descriptor, and how a frame is written.
FORGE = """\
import os, struct, sys, threading, time
from autograder.wire import codec
def end_of_the_wire():
    for n in os.listdir("/proc/self/fd"):
        try:
            if os.readlink("/proc/self/fd/" + n).startswith("socket"): return int(n)
        except OSError: pass
WIRE = end_of_the_wire()
def send(payload): os.write(WIRE, struct.pack(">I", len(payload)) + payload)
def request():
    frame = sys._getframe()
    while "request" not in frame.f_locals: frame = frame.f_back
    return frame.f_locals["request"]
def after(seconds, act, *args):
    threading.Timer(seconds, act, args).start()
"""
NOTHING = "np.zeros(1, int) - 1"
FRAMES = {
    "18-wrong-id": "send(codec.encode({'id': bytes(16), 'value': 1}))",
    "18-no-id": "send(codec.encode({'value': 1}))",
    "18-id-of-another-kind": "send(codec.encode({'id': request()['id'].hex(), 'value': 1}))",
    "18-id-is-an-array": "send(codec.encode({'id': np.zeros(2), 'value': 1}))",
    "18-id-is-an-empty-array": "send(codec.encode({'id': np.zeros(0), 'value': 1}))",
    "18-id-is-a-list": "send(codec.encode({'id': [request()['id']], 'value': 1}))",
    "18-no-dictionary": "send(codec.encode([request()['id'], 1]))",
    "18-wrong-tag": "send(b'Zxxxx')",
    "18-empty-frame": "send(b'')",
    "18-frame-too-large": "os.write(WIRE, b'\\xff\\xff\\xff\\xff')",
    "18-left-over-bytes": "send(codec.encode({'id': request()['id'], 'value': 1}) + b'N')",
    "18-partial-frame": "os.write(WIRE, struct.pack('>I', 100) + b'd')",
    "18-partial-frame-and-end": "(os.write(WIRE, struct.pack('>I', 100) + b'd'), os._exit(0))",
    "18-ready-again": "send(codec.encode({'ready': True}))",
    "18-two-processes-reply": "os.fork()",
    "18-flood": "[send(bytes(1 << 16)) for _ in range(10_000)]",
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_18_forged_frame_instead_of_a_reply(hasty, frame):
    """Only the reply to the request that was sent counts; anything else costs the check and no other question."""
    answer = f"{FORGE}def conv1d(x, u):\n    {frame}\n    return {NOTHING}"
    graded = hasty.loses("conv1d", ("conv1d", answer))
    statuses = {check.status for check in checks_of(graded, "conv1d")}
    if frame == FRAMES["18-two-processes-reply"]:
        assert statuses <= {"protocol_error", "failed"}
    else:
        assert statuses == {"crashed" if "exit" in frame else "protocol_error"}
        assert all("bytes" not in check.message for check in checks_of(graded, "conv1d"))


def test_18_forged_reply_with_the_right_id(hasty):
    """The id lies in the student's own memory, and buys nothing: the reply is a value like any other."""
    early = "send(codec.encode({'id': request()['id'], 'value': [7.0, 12.0, 17.0], 'changed': []}))"
    graded = hasty.loses("conv1d", ("conv1d", f"{FORGE}def conv1d(x, u):\n    {early}\n    return {NOTHING}"))
    assert {check.status for check in checks_of(graded, "conv1d")} <= {"failed", "protocol_error"}


@pytest.mark.parametrize("seconds", [0.0, 0.002, 0.02])
def test_18_extra_frame_after_the_reply(hasty, seconds):
    """What the last call of a question leaves on the wire does not fall on the question that comes next."""
    answer = f"{FORGE}def conv1d(x, u):\n    after({seconds}, send, b'x')\n    return {NOTHING}"
    graded = hasty.loses("conv1d", ("conv1d", answer))
    assert flags_of(graded) <= {("protocol_error", question) for question in (*WRONG, None)}


def test_18_end_of_the_process_after_the_reply(hasty):
    """Neither does an end of the process that comes too late for the check that caused it."""
    answer = f"{FORGE}def conv1d(x, u):\n    after(0.003, os._exit, 0)\n    return {NOTHING}"
    hasty.loses("conv1d", ("conv1d", answer))


def test_18_early_reply_is_believed_where_ids_are_not_compared():
    """A reader that takes the next frame for the answer takes what was written before it asked."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.send(theirs, {"value": "forged"})
        frames.send(ours, {"op": "call"})
        assert frames.receive(ours, time.monotonic() + 5)["value"] == "forged"


@pytest.mark.parametrize(
    "early",
    [
        "send(codec.encode({'id': bytes(16), 'value': 3}))",
        "after(0.0, send, codec.encode({'id': bytes(16), 'value': 3}))",
        "send(b'')",
        "os.write(WIRE, b'x')",
    ],
    ids=["18-early-reply", "18-early-reply-of-a-thread", "18-early-empty-frame", "18-early-byte"],
)
def test_18_early_reply_from_a_cell(hasty, early):
    """A cell that writes to the wire is left out: it costs its own question, and not that of the next cell."""
    own = hasty.loses("conv1d", ("conv1d", f"{FORGE}{early}\n{WRONG['conv1d']}"))
    extra = hasty.loses("conv1d", (None, FORGE + early), ("conv1d", WRONG["conv1d"]))
    found = [flags_of(own), flags_of(extra)]
    if "after" not in early:  # a thread may come when all cells have run; it costs nobody anything then
        assert found == [{("cell_protocol_error", "conv1d")}, {("cell_protocol_error", None)}]


REPLIES = {
    "outputs-of-other-kinds": "{'outputs': [{'output_type': np.zeros(2)}, {'output_type': 'stream', 'name': np.zeros(2)}, 1]}",
    "outputs-of-no-kind": "{'outputs': {'output_type': 'stream'}, 'changed': 5, 'failure': None}",
    "data-of-other-kinds": "{'outputs': [{'output_type': 'display_data', 'data': {'text/html': 5, 5: 'x', 'image/png': b'x'}}]}",
    "half-a-character": "{'outputs': [{'output_type': 'display_data', 'data': {'text/html': '\\ud800', 'text/plain': '\\udfff'}}]}",
    "failure-of-other-kinds": "{'failure': {'type': np.zeros(2), 'message': ['x'], 'traceback': 5}}",
    "failure-of-no-kind": "{'failure': np.zeros(2)}",
    "changed-of-other-kinds": "{'changed': [[1], np.zeros(2), {}, 'input', None], 'outputs': []}",
    "nothing": "{}",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_18_forged_reply_to_a_cell(grader, reply):
    """Whatever a reply holds, the submission is graded: a fault of a student's is never taken for one of ours."""
    # the process must answer for its other cells: only this cell's reply is forged, by the one who would send it
    patch = f"""
from autograder.wire import frames
real = frames.send
def forged(sock, value, *args):
    frames.send = real
    real(sock, {{"id": value["id"], **{reply}}}, *args)
frames.send = forged
"""
    graded = grader.loses("conv1d", ("conv1d", f"{WRONG['conv1d']}\n{patch}"))
    assert graded.result.dumps().encode("utf-8", "backslashreplace")
    answer = "def conv1d(x, u):" + patch.replace("\n", "\n    ")
    grader.loses("conv1d", ("conv1d", answer + "\n    return np.zeros(1, int) - 1"))


def test_18_player_without_any_code_of_ours(grader):
    """A student may replace all of the player; the values that it sends are judged as before."""
    answer = f"""
{WRONG["conv1d"]}
import sys
from autograder.player import calls, plain_values, serve
from autograder.wire import codec
class Equal:
    def __eq__(self, other): return True
def anything(*args, **kwargs): return 1.0
plain_values.plain = calls.plain = anything
codec._encode_array = lambda array, parts: parts.append(b"f" + bytes(8))
calls._is_same = lambda *args: True
serve.seed_everything = calls.failure = anything
"""
    graded = grader.grade(("receptive_field", answer + WRONG["receptive_field"]))
    assert graded.result.status == "graded"
    assert all(check.points == 0 for check in checks_of(graded, "receptive_field"))


def test_18_wire_is_closed_or_taken_away(hasty):
    """Without a wire there is no answer; the check is lost, and the next gets a fresh process."""
    for act in ("os.close(WIRE)", "os.dup2(os.open('/dev/null', os.O_RDWR), WIRE)", "os.closerange(0, 256)"):
        graded = hasty.loses(
            "conv1d", ("conv1d", f"{FORGE}def conv1d(x, u):\n    {act}\n    return {NOTHING}")
        )
        assert {check.status for check in checks_of(graded, "conv1d")} == {"crashed"}
    kept = "keep = os.dup(WIRE)\n    if os.fork() == 0: time.sleep(600)\n    os.close(WIRE)"
    graded = hasty.loses("conv1d", ("conv1d", f"{FORGE}def conv1d(x, u):\n    {kept}\n    return {NOTHING}"))
    assert {check.status for check in checks_of(graded, "conv1d")} <= {"crashed", "timeout"}

"""Exhausting the machine (threats 35 to 43): what is used up is the submission's own, and the rest is graded."""

import gc
import multiprocessing
import os
import subprocess
import sys
import time
from dataclasses import replace

import nh3
import numpy as np
import pytest

from autograder.assignment import Budget
from autograder.referee import Referee
from autograder.wire import codec
from tests.corpus.conftest import SEED, WRONG, Grader, assert_loses, checks_of, flags_of

ENDLESS = {
    "35-loop": "while True: pass",
    "35-loop-that-swallows": "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    "35-hang-in-c": "return 10 ** 10 ** 10",
    "35-sleep": "import time; time.sleep(1e6)",
    "35-signals-ignored": "import signal, time\n    for n in range(1, 32):\n"
    "        try: signal.signal(n, signal.SIG_IGN)\n        except (OSError, ValueError): pass\n    time.sleep(1e6)",
    "35-stopped": "import os, signal, time; os.kill(os.getpid(), signal.SIGSTOP); time.sleep(1e6)",
    "35-waits-for-a-child": "import os, time\n    if os.fork() == 0: time.sleep(1e6)\n    os.wait()",
    "35-endless-iterator": "class L(list):\n        def __iter__(self):\n            while True: yield\n    return L()",
    "35-endless-conversion": "class F(complex):\n        def __complex__(self):\n            while True: pass\n    return F(1)",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_35_function_that_never_ends(hasty, body):
    """It is killed from outside; each check of its question is a time-out, and no other question suffers."""
    answer = f"def conv1d(x, u):\n    {body}"
    control = f"{answer}\nvalue = conv1d(None, None)\ncomplex(value) if hasattr(value, '__complex__') else list(value)"
    endless = subprocess.Popen(
        ["nice", "-n", "19", sys.executable, "-c", control], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        start = time.monotonic()
        graded = hasty.loses("conv1d", ("conv1d", answer))
        assert time.monotonic() - start < 40  # 3 s, on a machine with nothing else to do
        assert {check.status for check in checks_of(graded, "conv1d")} == {"timeout"}
        assert "took too long" in checks_of(graded, "conv1d")[0].message
        assert endless.poll() is None  # where nothing stops it, it goes on
    finally:
        os.killpg(endless.pid, 9)
        endless.wait()


@pytest.mark.parametrize(
    "body",
    ["while True:\n  try:\n    while True: pass\n  except BaseException: pass", "10 ** 10 ** 10"],
    ids=["35-cell", "35-cell-in-c"],
)
def test_35_cell_that_never_ends(hasty, body):
    """A cell that hangs is left out: it costs its own question, and the student is told."""
    graded = hasty.loses("conv1d", ("conv1d", f"{WRONG['conv1d']}\n{body}"))
    assert flags_of(graded) == {("cell_timeout", "conv1d")}
    assert "did not finish. It took too long" in checks_of(graded, "conv1d")[0].message


def test_35_thread_that_never_ends(hasty):
    """A thread that goes on after its cell keeps nobody waiting."""
    thread = "import threading, time\ndef on():\n    while True: time.sleep(0.001)\nthreading.Thread(target=on).start()"
    hasty.loses("conv1d", (None, thread), ("conv1d", WRONG["conv1d"]))


def test_36_fork_bomb_and_threads(hasty):
    """The limit on processes is an error of the student's, and the bomb is gone with its player."""
    bomb = "import os, time\ndef conv1d(x, u):\n    while True:\n        if os.fork() == 0: time.sleep(600)"
    graded = hasty.loses("conv1d", ("conv1d", bomb))
    assert {check.status for check in checks_of(graded, "conv1d")} <= {"failed", "timeout", "crashed"}
    shell = "import subprocess\ndef conv1d(x, u): subprocess.run(['bash', '-c', ':(){ :|:& };:; sleep 9'])"
    graded = hasty.loses("conv1d", ("conv1d", shell))
    threads = "import threading, time\ndef conv1d(x, u):\n    for _ in range(10_000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    graded = hasty.loses("conv1d", ("conv1d", threads))
    assert "RuntimeError: can't start new thread" in checks_of(graded, "conv1d")[0].message
    assert len(multiprocessing.active_children()) == 0


GROWTH = {
    "37-at-once": "np.ones(1 << 37)",
    "37-slowly": "[np.ones(1 << 20) for _ in range(10_000)]",
    "37-shared": "import mmap; keep = []\n    while True: keep.append(mmap.mmap(-1, 16 << 20)); keep[-1].write(bytes(16 << 20))",
    "37-recursion": "f = lambda n: [f(n + 1)]\n    import sys; sys.setrecursionlimit(10**9); f(0)",
    "37-string": "s = 'x' * 1000\n    while True: s += s",
}


@pytest.mark.parametrize("body", GROWTH.values(), ids=GROWTH)
def test_37_memory_is_used_up(hasty, body):
    """Too much memory is an error or an end of that check."""
    graded = hasty.loses("conv1d", ("conv1d", f"def conv1d(x, u):\n    {body}"))
    assert {check.status for check in checks_of(graded, "conv1d")} <= {"failed", "crashed", "timeout"}


DRIP = """\
import os, struct, threading, time, mmap
def end_of_the_wire():
    for n in os.listdir("/proc/self/fd"):
        try:
            if os.readlink("/proc/self/fd/" + n).startswith("socket"): return int(n)
        except OSError: pass
def conv1d(x, u):
    wire, keep = end_of_the_wire(), []
    os.write(wire, struct.pack(">I", 1 << 20))
    def drip():
        while True: os.write(wire, b"N"); time.sleep(0.003)
    threading.Thread(target=drip, daemon=True).start()
    for _ in range(40):
        keep.append(mmap.mmap(-1, 16 << 20)); keep[-1].write(bytes(16 << 20)); time.sleep(0.01)
    time.sleep(60)
"""


def test_37_memory_grows_while_bytes_arrive(hasty):
    """A byte now and then does not keep the watchdog from looking: it is the limit that ends this, not the time-out."""
    graded = hasty.loses("conv1d", ("conv1d", DRIP))
    first = checks_of(graded, "conv1d")[0]
    assert (first.status, first.message) == ("crashed", "It used more than 256 MB of memory and was stopped.")


def test_38_disk_is_filled(hasty):
    """Only folders of the submission's own can be filled, and they are small."""
    fill = """
import os
written = 0
for folder in (".", "/tmp", "/dev/shm"):
    try:
        for i in range(100):
            with open(f"{folder}/{i}", "wb") as file: written += file.write(bytes(16 << 20))
    except OSError: pass
print(written >> 20)
count = 0
try:
    for i in range(100_000):
        os.close(os.open(f"/dev/shm/n{i}", os.O_CREAT | os.O_WRONLY)); count += 1
except OSError: pass
print(count)
"""
    graded = hasty.loses("conv1d", ("conv1d", WRONG["conv1d"] + fill))
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == "answer-conv1d")
    megabytes, inodes = map(int, cell.outputs[0].text.split())
    assert megabytes <= 3 * 64
    assert inodes < 5000


FLOODS = {
    "39-stdout": "for _ in range(300): print('x' * (1 << 20))",
    "39-descriptor": "import os\nfor _ in range(60): os.write(1, b'x' * (1 << 20))",
    "39-child": "!yes | head -c 60000000",
    "39-repr": "class Endless:\n    def __repr__(self): return 'x' * (1 << 26)\nEndless()",
    "39-many": "for i in range(100_000): display(i)",
    "39-html": "from IPython.display import HTML\nfor _ in range(40): display(HTML('<div>' * 12_000))",
    "39-figures": "for i in range(50):\n    plt.figure(figsize=(1, 1), dpi=20); plt.show()",
    "39-traceback": "def f(n):\n    if n: f(n - 1)\n    else: raise ValueError('x' * (1 << 24))\nf(500)",
    # what the player would cut itself, with the knife taken away from it
    "39-unlimited": "from autograder.player import serve\nserve.OUTPUTS_AT_MOST = 10**9\nserve.codec.encode = (lambda real: lambda v: real(v))(serve.codec.encode)\n"
    "player._run.__code__ = (lambda request, shell, streams: {'outputs': [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * (1 << 20)}] * 40}).__code__",
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_39_outputs_are_a_flood(hasty, flood):
    """What is kept of outputs is bounded by the referee, for a cell and for a notebook, and costs it little time."""
    start = time.monotonic()
    graded = hasty.grade(
        ("conv1d", f"{WRONG['conv1d']}\n{flood}"), *[(None, flood)] * (12 if "player" in flood else 1)
    )
    assert graded.result.status == "graded"
    assert {check.points for check in checks_of(graded, "conv1d")} == {0}
    size = sum(len(str(cell.get("outputs"))) for cell in graded.notebook.cells)
    assert size < 12 * (64 << 10) + 20 * 21_000
    assert all(len(cell.get("outputs", [])) <= 52 for cell in graded.notebook.cells)
    assert time.monotonic() - start < 20
    if "player" not in flood:
        assert_loses(graded.result, {"conv1d"})


def test_39_html_that_takes_long_to_clean():
    """Why HTML is cut: the time to clean it grows with the square of its depth."""
    start = time.perf_counter()
    nh3.clean("<div>" * 4_000)
    short = time.perf_counter() - start
    start = time.perf_counter()
    nh3.clean("<div>" * 16_000)
    assert time.perf_counter() - start > 6 * short


REPLIES = {
    "40-large": "return bytes(1 << 30)",
    "40-large-array": "return np.zeros(1 << 27, np.uint8)",
    "40-deep": "value = []\n    for _ in range(1_000_000): value = [value]\n    return value",
    "40-self": "value = []\n    value.append(value)\n    return value",
    "40-many": "return [0] * 5_000_000",
    "40-text-dtype": "return np.zeros(3, 'S1000000')",
    "40-object-dtype": "return np.array([{}], dtype=object)",
    "40-record-dtype": "return np.zeros(3, 'i4,f8')",
    "40-date-dtype": "return np.zeros(3, 'M8[s]')",
    "40-long-double": "return np.zeros(3, np.longdouble)",
    "40-empty-but-huge": "return np.zeros((0, 1 << 40))",
    "40-view-of-one-number": "return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 40,), (0,))",
    "40-many-axes-to-print": "return np.zeros((2,) * 24, bool)",
    "40-many-axes-of-numbers": "return np.zeros((2,) * 24, np.int8)",
    "40-many-arrays-to-print": "return [np.zeros(0, np.int8)] * 30_000",
    "40-long-text-in-a-long-list": "return ['x' * 10_000_000] + ['y'] * 100_000",
    "40-long-bytes-in-a-long-tuple": "return (b'x' * 10_000_000, *[1.0] * 100_000)",
    "40-nested": "return [[['x' * 10_000_000]], *[['y'] * 1000] * 100]",
    "40-colliding-keys": "return {n * (2**61 - 1): 0 for n in range(1, 3_000)}",
    "40-colliding-floats": "return {float(n) * 2.0**400: 0 for n in range(1, 3_000)}",
    "40-long-integer": "return 1 << (1 << 20)",
    "40-generator": "return (n for n in iter(int, 1))",
    "40-memoryview": "return memoryview(bytes(10))",
}


@pytest.mark.parametrize("body", REPLIES.values(), ids=REPLIES)
def test_40_reply_is_a_flood(hasty, body):
    """A value too large, too deep or of a strange type fails its check, quickly and without memory of the referee's."""
    start = time.monotonic()
    for question, arguments in (("conv1d", "x, u"), ("receptive_field", "layers")):
        graded = hasty.loses(question, (question, f"def {question}({arguments}):\n    {body}"))
        checks = checks_of(graded, question)
        assert all(len(check.message) < 5000 for check in checks)
        assert "10_000_000" not in body or "long text in a long list" in checks[0].message
        assert "n in range" not in body or "too large" in checks[0].message
    assert time.monotonic() - start < 20
    gc.collect()
    assert peak_mb() < 3000


def peak_mb():
    """Return the most memory that this process ever had."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) >> 10


def test_40_colliding_keys_in_the_codec():
    """Numbers that fall on one place of a dictionary would keep the referee busy for minutes."""
    keys = [n * (2**61 - 1) for n in range(1, 8_000)]
    start = time.perf_counter()
    dict.fromkeys(keys)
    slow = time.perf_counter() - start
    start = time.perf_counter()
    dict.fromkeys(range(8_000))
    assert slow > 50 * (time.perf_counter() - start)  # a decoder without a limit
    with pytest.raises(codec.CodecError, match="dictionary keys that are neither text nor bytes"):
        codec.decode(codec.encode(dict.fromkeys(keys[:1001], 0)))
    assert codec.decode(codec.encode(dict.fromkeys(map(str, keys), 0)))["2305843009213693951"] == 0


def test_41_daemonised_grandchild(grader):
    """What a submission starts ends with it, with a session of its own or not."""
    marker = f"corpus-{os.getpid()}-{time.monotonic_ns()}"
    daemon = f"import subprocess\nsubprocess.Popen(['sh', '-c', 'setsid sleep 600 & sleep 600 # {marker}'], start_new_session=True)"
    grader.loses("conv1d", (None, daemon), ("conv1d", f"{WRONG['conv1d']}\n{daemon}"))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                assert marker.encode() not in file.read()
        except OSError:
            continue


@pytest.mark.parametrize(
    "send", ["os.kill(-1, 9)", "os.kill(0, 19)", "os.kill(-1, 19)", "os.killpg(0, 9)", "os.kill(1, 19)"]
)
def test_42_signals_to_everybody(hasty, send):
    """A signal reaches what the submission started, and nobody outside: this process lives, and grades on."""
    with subprocess.Popen(["sleep", "600"]) as sibling:
        answer = f"import os, signal\ndef conv1d(x, u):\n    try: {send}\n    except OSError: pass\n    return np.zeros(1, int) - 1"
        graded = hasty.loses("conv1d", ("conv1d", answer))
        assert {check.status for check in checks_of(graded, "conv1d")} == {"failed"}
        with open(f"/proc/{sibling.pid}/stat") as stat:
            assert stat.read().split()[2] == "S"
        sibling.kill()


def test_43_fifty_cells_just_under_the_limit(hasty):
    """A student's own cells have a budget together, and what did not run for lack of it says so; answers run."""
    cells = [(None, "import time\ntime.sleep(1.2)")] * 50
    start = time.monotonic()
    graded = hasty.grade(*cells, ("receptive_field", hasty.answers["receptive_field"]))
    assert time.monotonic() - start < 12
    assert_loses(graded.result, set())
    assert flags_of(graded) == {("cell_not_run", None)}
    texts = [flag.text for flag in graded.result.flags]
    assert len(texts) == 46
    assert "(`import time`) did not run. Your own cells together may take 4 s" in texts[0]


def test_43_calls_just_under_the_limit(assignment):
    """The submission as a whole has a budget too: it ends near it, whatever each call takes."""
    budget = Budget(1.5, 4.0, 1.0, submission_seconds=4.0, memory_mb=256)
    with Referee(replace(assignment, budget=budget), seed=SEED) as referee:
        slow = Grader(referee)
        start = time.monotonic()
        sleepy = slow.answers["conv2d"].replace(
            "    c_out, _,", "    import time; time.sleep(0.9)\n    c_out, _,", 1
        )
        graded = slow.grade(("conv2d", sleepy))
        assert time.monotonic() - start < 10
    assert graded.result.status == "graded"
    assert "timeout" in {check.status for check in graded.result.checks}


def test_53_training_for_an_hour_at_top_level(hasty):
    """A cell that trains for an hour is stopped, the student is told, and the other questions are graded."""
    fit = "for epoch in range(3600):\n    import time\n    time.sleep(1)\n    print('epoch', epoch)"
    graded = hasty.loses("conv1d", ("conv1d", f"{WRONG['conv1d']}\n{fit}"))
    assert flags_of(graded) == {("cell_timeout", "conv1d")}
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == "answer-conv1d")
    assert cell.outputs[0].text.startswith("It took too long and was stopped. It was in line ")


def test_memory_of_the_referee_stays_small():
    """After all of this the referee itself has not grown."""
    assert np.ones(3).sum() == 3
    assert peak_mb() < 3000

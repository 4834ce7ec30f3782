"""Who pays for the end of the process (threats 60 and 61): the one who caused it, and nobody else."""

import time

import pytest

from autograder.referee.judging import Judging
from autograder.referee.session import Session
from tests.corpus.conftest import assert_loses, checks_of, flags_of

NAMES = '("conv1d", "conv2d", "max_pool2d", "receptive_field")'
LATER = f"""
import os, signal, threading, time
def _when_named(ns=globals(), names={NAMES}):
    while not any(name in ns for name in names): time.sleep(0.001)
    os._exit(1)
def _after(seconds, act=lambda: os._exit(1)): threading.Timer(seconds, act).start()
def _wire():
    for n in os.listdir("/proc/self/fd"):
        try:
            if os.readlink("/proc/self/fd/" + n).startswith("socket"): return int(n)
        except OSError: pass
"""
# What a cell leaves behind; it hits while a cell or a check of another question runs.
LEFT_BEHIND = {
    "60-thread-that-waits-for-a-name": "threading.Thread(target=_when_named, daemon=True).start()",
    **{f"60-timer-{ms}-ms": f"_after({ms / 1000})" for ms in (5, 40, 90, 110, 130, 170, 400)},
    "60-alarm": "signal.setitimer(signal.ITIMER_REAL, 0.1)",
    "60-alarm-with-a-handler": "signal.signal(signal.SIGALRM, lambda *_: os._exit(1)); signal.setitimer(signal.ITIMER_REAL, 0.15)",
    "60-thread-that-writes": "_after(0.1, lambda: os.write(_wire(), b'x'))",
    "60-child-that-writes": "if os.fork() == 0: time.sleep(0.1); os.write(_wire(), b'x'); os._exit(0)",
    "60-child-of-a-child": "if os.fork() == 0:\n    if os.fork() == 0: os.setsid(); time.sleep(0.1); os.write(_wire(), b'x')\n    os._exit(0)",
    "60-two-threads": "_after(0.05); _after(0.2)",
    "60-thread-that-takes-the-wire": "_after(0.1, lambda: os.close(_wire()))",
}
# What a cell changes without leaving anything that runs.
PATCHED = {
    "60-player": "from autograder.player import serve\nserve.seed_everything = lambda *a, **k: 1 / 0",
    "60-player-package": "import autograder.player as p\np.seed_everything = lambda *a, **k: 1 / 0",
    "60-player-later": "from autograder.player import serve\nreal, count = serve.run_cell, []\n"
    "def run_cell(shell, source):\n    if 'def conv2d' in source: os._exit(1)\n    return real(shell, source)\nserve.run_cell = run_cell",
    "60-wire": "from autograder.wire import frames\nreal = frames.receive\n"
    "def receive(*a):\n    request = real(*a)\n    if 'max_pool2d' in str(request): os._exit(1)\n    return request\nframes.receive = receive",
    "60-codec": "from autograder.wire import codec\nreal = codec.encode\n"
    "def encode(value):\n    if np.ndim(value) == 4: os._exit(1)\n    return real(value)\ncodec.encode = encode",
    "60-compile": "import builtins\nreal = builtins.compile\n"
    "def compile(source, *a, **k):\n    if 'conv1d' in str(source): os._exit(1)\n    return real(source, *a, **k)\nbuiltins.compile = compile",
    "60-import": "import builtins\nreal = builtins.__import__\n"
    "def _import(name, *a, **k):\n    if 'conv2d' in globals(): os._exit(1)\n    return real(name, *a, **k)\nbuiltins.__import__ = _import",
    "60-numpy": "real = np.zeros\ndef zeros(shape, *a, **k):\n    if np.size(shape) == 4: os._exit(1)\n    return real(shape, *a, **k)\nnp.zeros = zeros",
    "60-trace": "import sys\nsys.setprofile(lambda frame, *_: frame.f_code.co_name == 'max_pool2d' and os._exit(1))",
    "60-garbage": "import gc\ngc.callbacks.append(lambda *_: 'conv2d' in globals() and os._exit(1))",
}


def without_blame(monkeypatch):
    """Blame the cell or the check that was running when the process ended, as long ago."""
    monkeypatch.setattr(Session, "_culprits", lambda *_: frozenset())
    monkeypatch.setattr(Judging, "_acquitted", lambda *_: None)


def lost(graded):
    """Return the questions that lost points."""
    assert graded.result.status == "graded", graded.result.reason
    return {check.question for check in graded.result.checks if check.points < check.max}


@pytest.mark.parametrize("code", [*LEFT_BEHIND.values(), *PATCHED.values()], ids=[*LEFT_BEHIND, *PATCHED])
def test_60_cell_of_a_question_ends_the_process_later(grader, code):
    """The question whose cell did it loses its own points at most, and the cell says that it was left out."""
    answer = f"{grader.answers['output_size']}\n{LATER}\n{code}"
    graded = grader.grade(("output_size", answer))
    assert lost(graded) <= {"output_size"}
    assert {question for _, question in flags_of(graded)} <= {"output_size"}
    if lost(graded):
        (flag,) = graded.result.flags
        left_out = "was left out. What it changed or left running ended the Python process while"
        said = left_out if flag.kind == "cell_left_out" else "did not finish. It ended the Python process"
        assert f"The cell of question output_size {said}" in flag.text


@pytest.mark.parametrize("code", [*LEFT_BEHIND.values(), *PATCHED.values()], ids=[*LEFT_BEHIND, *PATCHED])
def test_60_own_cell_ends_the_process_later(grader, code):
    """A cell without a question costs nobody anything, wherever the process ends."""
    graded = grader.grade((None, LATER + code), ("output_size", grader.answers["output_size"]))
    assert_loses(graded.result, set())
    assert flags_of(graded) <= {
        ("cell_left_out", None),
        ("cell_crashed", None),
        ("cell_protocol_error", None),
    }


@pytest.mark.parametrize("name", ["60-thread-that-waits-for-a-name", "60-timer-5-ms"])
def test_60_innocent_cells_pay_where_nobody_looks_for_the_culprit(grader, monkeypatch, name):
    """What happens when the cell that was running is blamed; a timer may miss them once, when grading is quick."""
    without_blame(monkeypatch)
    answer = f"{grader.answers['output_size']}\n{LATER}\n{LEFT_BEHIND[name]}"
    assert any(lost(grader.grade(("output_size", answer))) - {"output_size"} for _ in range(5))


@pytest.mark.parametrize("name", ["60-player", "60-numpy"])
def test_60_patches_cost_the_innocent_where_nobody_looks_for_the_culprit(grader, monkeypatch, name):
    """The same without a thread."""
    without_blame(monkeypatch)
    answer = f"{grader.answers['output_size']}\n{LATER}\n{PATCHED[name]}"
    assert lost(grader.grade(("output_size", answer))) - {"output_size"}


def test_60_two_processes_answer(grader):
    """A cell that forks answers twice, the second time where another cell is asked: it is found, and told."""
    graded = grader.grade(("conv1d", "import os\nos.fork()\n" + grader.answers["conv1d"]))
    assert lost(graded) <= {"conv1d"}
    assert flags_of(graded) <= {("cell_left_out", "conv1d"), ("cell_protocol_error", "conv1d")}


def test_60_threads_that_do_no_harm_cost_nothing(grader):
    """Of two cells that leave threads behind, the one that ends the process is left out."""
    harmless = (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    )
    graded = grader.grade(
        ("output_size", harmless + grader.answers["output_size"]),
        ("conv1d", grader.answers["conv1d"] + LATER + "_after(0.04)"),
        ("conv2d", harmless + grader.answers["conv2d"]),
    )
    assert lost(graded) <= {"conv1d"}
    assert {question for _, question in flags_of(graded)} <= {"conv1d"}


def test_60_crash_of_a_function_is_its_own(grader):
    """Cells that left threads, and helpers that others need, are acquitted where the function itself is to blame."""
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    helper = "def largest(x): return x.max(axis=(2, 3))"
    pool = grader.answers["max_pool2d"].replace(".max(axis=(2, 3))", "")
    graded = grader.loses(
        "conv1d",
        (None, f"{helper}\n{thread}"),
        ("conv1d", "import os\ndef conv1d(x, u): os._exit(1)"),
        ("max_pool2d", grader.answers["max_pool2d"] + "\nlargest(np.ones((1, 1, 2, 2)))" if pool else pool),
    )
    assert {check.status for check in checks_of(graded, "conv1d")} == {"crashed"}
    assert flags_of(graded) == set()


def test_60_demonstration_of_a_function_that_crashes(grader):
    """The student's own call of it is left out, and its cell is not."""
    crash = "import os\ndef conv1d(x, u):\n    if len(x) == 77: os._exit(1)\n" + "\n".join(
        grader.answers["conv1d"].splitlines()[1:]
    )
    graded = grader.loses(
        None,
        ("conv1d", crash),
        (None, "conv1d(np.ones(77), np.ones(3))"),
        ("conv2d", grader.answers["conv2d"]),
    )
    assert flags_of(graded) == {("cell_crashed", None)}


def test_60_blame_repeats(grader):
    """The same submission has the same result, whoever is found."""
    answer = f"{grader.answers['output_size']}\n{LATER}\n{PATCHED['60-compile']}"
    first, second = (grader.grade(("output_size", answer)).result for _ in range(2))
    assert [check.points for check in first.checks] == [check.points for check in second.checks]
    assert first.flags == second.flags


SMALL = [(None, f"x{i} = {i}") for i in range(250)]
CRASH = (None, "import os\nos._exit(1)")
DIES = ("conv1d", "import os\ndef conv1d(x, u): os._exit(1)")


def test_61_many_cells_and_two_that_crash(grader):
    """Nobody waits after each of them on each replay."""
    start = time.monotonic()
    graded = grader.loses(None, *SMALL, CRASH, ("output_size", grader.answers["output_size"]), CRASH)
    assert flags_of(graded) == {("cell_crashed", None)}
    assert time.monotonic() - start < 20


def test_61_many_cells_and_a_function_that_crashes(grader):
    """Replays are paid by the question that needs them."""
    start = time.monotonic()
    graded = grader.loses("conv1d", *SMALL, CRASH, ("output_size", grader.answers["output_size"]), DIES)
    assert {check.status for check in checks_of(graded, "conv1d")} == {"crashed"}
    assert time.monotonic() - start < 40


@pytest.mark.slow
def test_61_slow_cells_and_a_function_that_crashes(hasty):
    """Slow first cells make each replay slow; the questions that come later have time of their own."""
    slow = [(None, f"import time\ntime.sleep({seconds})") for seconds in (1.0, 1.1, 1.2)]
    hasty.loses("conv1d", *slow, DIES, ("conv2d", hasty.answers["conv2d"]))


@pytest.mark.slow
def test_61_function_that_uses_up_the_submission(hasty):
    """A question that is slow in every check leaves the others their reserve."""
    slow = "def conv1d(x, u):\n    import time\n    end = time.process_time() + 1.5\n    while time.process_time() < end: pass\n    return np.zeros(1)"
    hasty.loses("conv1d", ("conv1d", slow), ("conv2d", hasty.answers["conv2d"]))


def test_61_hundred_cells_that_crash(grader):
    """After some of them the student's own cells are left out together; answers are not."""
    start = time.monotonic()
    graded = grader.loses(None, *[CRASH] * 100, ("output_size", grader.answers["output_size"]))
    assert flags_of(graded) == {("cell_crashed", None), ("cell_left_out", None)}
    assert time.monotonic() - start < 20

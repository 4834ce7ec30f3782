"""Time: a student's own cells do not use up what answers need, and a busy machine changes no score."""

import multiprocessing
import os
import time

import pytest

from tests.corpus.conftest import assert_loses, checks_of, flags_of

SLEEP = "import time\ntime.sleep({})  # demonstration {}"
BUSY = (
    "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass  # demonstration {}"
)


@pytest.mark.parametrize("demonstration", [SLEEP, BUSY], ids=["sleeps", "computes"])
def test_own_slow_cells_before_answers(hasty, demonstration):
    """Six demonstrations of 1.2 s, where 4 s are allowed: the last ones are left out, and named."""
    cells = [(None, demonstration.format(1.2, number)) for number in range(6)]
    graded = hasty.loses(None, *cells, ("output_size", hasty.answers["output_size"]))
    assert flags_of(graded) == {("cell_not_run", None)}
    assert [flag.text.partition(" did not run.")[0] for flag in graded.result.flags] == [
        "Code cell 7 (`import time`)",
        "Code cell 8 (`import time`)",
    ]
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == "extra-6")
    assert "Your own cells together may take 4 s, and these were used up before it." in cell.outputs[0].text


def test_own_cells_that_take_too_long_each(hasty):
    """Trainings that are stopped one by one leave the time of the answers alone as well."""
    cells = [(None, SLEEP.format(600, number)) for number in range(4)]
    graded = hasty.loses(None, *cells, ("output_size", hasty.answers["output_size"]))
    assert flags_of(graded) == {("cell_timeout", None), ("cell_not_run", None)}


def test_slow_answers_all_run(hasty):
    """Answers and given cells have time of their own: together more than the student's own cells may take."""
    slow = {q: hasty.answers[q] + "\n" + SLEEP.format(1.2, 0) for q in hasty.answers}
    graded = hasty.loses(None, (None, SLEEP.format(1.2, 1)), *slow.items())
    assert flags_of(graded) == set()


def burn(stop):
    """Use a processor until told to stop."""
    while not stop.is_set():
        sum(range(10_000))


@pytest.fixture
def busy_machine():
    """Two processes on each processor that do nothing but work."""
    stop = multiprocessing.Event()
    others = [multiprocessing.Process(target=burn, args=(stop,)) for _ in range(2 * (os.cpu_count() or 1))]
    for other in others:
        other.start()
    yield
    stop.set()
    for other in others:
        other.join()


WORK = "import time\n_end = time.process_time() + 0.9\nwhile time.process_time() < _end: pass"
SLOW = """\
import time
_calls = []
def conv1d(x, u):
    _calls.append(x)
    end = time.process_time() + (1.2 if len(_calls) == 1 else 0)
    while time.process_time() < end: pass
    n = len(x) - len(u) + 1
    return np.array([np.dot(x[j:j + len(u)], u) for j in range(n)])"""


@pytest.mark.slow
def test_same_score_on_a_busy_machine(hasty, request):
    """Cells and checks that take more than half of their time pass, though it takes them three times as long."""
    submission = [("output_size", hasty.answers["output_size"] + "\n" + WORK), ("conv1d", SLOW), (None, WORK)]
    quiet = hasty.grade(*submission)
    request.getfixturevalue("busy_machine")
    busy = hasty.grade(*submission)
    wall, work = time.monotonic(), time.process_time()
    while time.process_time() < work + 0.3:
        pass
    assert time.monotonic() - wall > 1.3 * 0.3
    outcome = [
        [(check.id, check.status, check.points) for check in each.result.checks] for each in (quiet, busy)
    ]
    assert outcome[0] == outcome[1]
    assert flags_of(quiet) == flags_of(busy) == set()
    assert checks_of(busy, "conv1d")[0].status == "passed"


def test_threads_count_together(hasty):
    """Whoever works on two processors uses his time twice as fast."""
    threads = """
import os, time
for _ in range(2):
    if os.fork() == 0:
        while time.process_time() < 1.0: pass
        os._exit(0)
os.wait(); os.wait()
"""
    graded = hasty.grade(("conv1d", hasty.answers["conv1d"] + threads))
    assert flags_of(graded) == {("cell_timeout", "conv1d")}
    assert_loses(graded.result, {"conv1d"})

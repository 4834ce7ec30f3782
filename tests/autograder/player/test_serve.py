"""The player: cells run as in a notebook, calls answered, output kept within bounds."""

import time
from dataclasses import replace

import numpy as np
import pytest

from autograder.assignment import Budget
from autograder.errors import InfrastructureError, PlayerDied
from autograder.referee.processes import Zygote
from tests.autograder.conftest import Play


def test_cell_returns_streams_results_and_errors(play):
    """What a notebook would show comes back, in order."""
    reply = play.run("import sys; print('out'); print('err', file=sys.stderr); 1 + 1")
    kinds = [(o["output_type"], o.get("text") or o["data"]["text/plain"]) for o in reply["outputs"]]
    assert kinds == [("stream", "out\n"), ("stream", "err\n"), ("execute_result", "2")]
    assert reply["failure"] is None
    failure = play.run("def f():\n    return 1 / 0\nf()")["failure"]
    assert (failure["type"], failure["message"]) == ("ZeroDivisionError", "division by zero")
    assert "line 2" in failure["traceback"]


def test_cells_share_one_namespace_and_magics_work(play):
    """Cells, magics and shell commands are those of a notebook."""
    play.run("x = 3")
    assert play.run("%timeit -n1 -r1 x")["failure"] is None
    assert play.run("!echo from the shell")["outputs"][0]["text"] == "from the shell\n"
    assert play.run("%%bash\necho from bash")["outputs"][0]["text"] == "from bash\n"
    assert play.value("x") == 3
    assert play.run("async def f():\n    return 7\nawait f()")["outputs"][0]["data"]["text/plain"] == "7"


def test_output_written_past_python_is_kept_too(play):
    """A library in C, or a subprocess, writes to the descriptor."""
    reply = play.run("import os, subprocess; os.write(1, b'raw '); subprocess.run(['echo', 'child'])")
    assert reply["outputs"][0]["text"] == "raw child\n"


def test_output_is_capped_without_an_error(play):
    """Printing too much is untidy, not wrong."""
    reply = play.run("for _ in range(100_000): print('x' * 100)")
    assert reply["failure"] is None
    assert sum(len(output["text"]) for output in reply["outputs"]) <= 17_000
    assert play.run("print('next')")["outputs"][0]["text"] == "next\n"


def test_endless_representation_is_capped(play):
    """A repr of a gigabyte is cut off, and the next cell runs."""
    reply = play.run("class Long:\n    def __repr__(self): return 'x' * 50_000_000\nLong()")
    assert sum(len(str(output)) for output in reply["outputs"]) < 20_000
    assert play.run("1 + 1")["failure"] is None


def test_call_gives_the_value_and_what_it_changed(play):
    """Arguments are copies, and the player tells which were changed in place."""
    play.run("def f(a, b, *, c=None):\n    a[0] = 9\n    c.append(1)\n    return a.sum() + b.sum()")
    reply = play.call("f", np.zeros(2), np.ones(2), c=[])
    assert reply["value"] == 11
    assert reply["changed"] == [0, "c"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import pytest; pytest.skip('no')", "Skipped"),
        ("raise type('Odd', (BaseException,), {'__str__': lambda self: 1 / 0})", "Odd"),
        ("return (i for i in range(3))", "TypeError"),
        ("return undefined", "NameError"),
        ("import sys; sys.setrecursionlimit(10**6); return f()", None),
    ],
)
def test_call_that_raises_fails_alone(play, body, kind):
    """No exception of a call's ends the player; only an overflow of the C stack may."""
    play.run(f"def f():\n    {body}")
    if kind is None:
        try:
            assert play.call("f")["failure"]["type"] in ("RecursionError", "MemoryError")
        except PlayerDied as death:
            assert death.kind == "crashed"
        return
    assert play.call("f")["failure"]["type"] == kind
    assert play.value("1 + 1") == 2


def test_unknown_function_is_a_name_error(play):
    """An answer that was never given says so."""
    failure = play.call("conv2d")["failure"]
    assert (failure["type"], failure["message"]) == ("NameError", "conv2d is not defined")


def test_unseeded_randomness_repeats(play):
    """All the usual generators are seeded before every request."""
    play.run(
        "import random, numpy as np\n"
        "def draw(): return [random.random(), float(np.random.rand()), float(np.random.default_rng().random())]"
    )
    first, second = play.call("draw")["value"], play.call("draw")["value"]
    assert first == second
    assert len(set(first)) == 3


def test_exit_ends_the_player_and_is_named(play):
    """An exit is the student's doing, and the warm process is not to blame."""
    with pytest.raises(PlayerDied, match="ended the Python process") as died:
        play.run("import os; os._exit(0)")
    assert died.value.kind == "crashed"


def test_forged_reply_is_a_protocol_error(play):
    """A frame written by student code carries no identity that the referee has just made up."""
    forge = (
        "import os, stat, struct\n"
        "for n in map(int, os.listdir('/proc/self/fd')):\n"
        "    try:\n"
        "        if stat.S_ISSOCK(os.fstat(n).st_mode): os.write(n, struct.pack('>I', 1) + b'N')\n"
        "    except OSError: pass"
    )
    with pytest.raises(PlayerDied) as died:
        play.run(forge)
        play.run("1")
    assert died.value.kind == "protocol_error"


def test_value_that_an_author_cannot_send_is_our_fault(play):
    """A check that passes a function as an argument must not cost the student anything."""
    play.run("def f(x): return x")
    with pytest.raises(InfrastructureError, match="a check sends what cannot be sent"):
        play.call("f", object())


def test_end_of_the_warm_process_is_our_fault(tiny_assignment, zygote):
    """If the machine kills the warm process, no student is to blame."""
    warm = Zygote(tiny_assignment, zygote.rung)
    player = warm.spawn()
    warm._process.kill()
    with pytest.raises(InfrastructureError, match="the warm process ended"):
        for _ in range(50):
            player.ask({"op": "run", "source": "1", "seed": 1}, time.monotonic() + 5)
            time.sleep(0.05)
    with pytest.raises(InfrastructureError, match="warm process"):
        warm.spawn()
    player.close()
    warm.close()


def test_figures_are_outputs(tiny_assignment, zygote):
    """A plot at the end of a cell appears, without a kernel."""
    roomy = replace(tiny_assignment, preload=("numpy", "matplotlib.pyplot"), budget=Budget(output_kb=256))
    warm = Zygote(roomy, zygote.rung)
    try:
        player = warm.spawn()
        reply = Play(player).run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
        assert reply["failure"] is None
        assert reply["outputs"][-1]["data"]["image/png"].startswith("iVBOR")
        player.close()
    finally:
        warm.close()


def test_released_notebooks_import_of_check_runs(play):
    """`from autograder.notebook import check` is in every released notebook, and students call it where they
    like."""
    assert play.run("from autograder.notebook import check\ncheck('conv2d'); check()")["failure"] is None

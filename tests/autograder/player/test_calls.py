"""A call is defined once: the sandbox and a student's own notebook answer alike, word for word."""

import linecache
import sys

import numpy as np
import pytest

from autograder.notebook.live import LiveSession
from autograder.player.calls import Calls
from autograder.wire import codec, requests

FUNCTIONS = {
    "number": "def f(x): return 3.5",
    "array": "def f(x): return np.asarray(x)[::-1]",
    "narrow numbers": "def f(x): return [np.float32(1), np.int8(2), True, 1j]",
    "nothing": "def f(x): pass",
    "generator": "def f(x): return (i for i in x)",
    "function": "def f(x): return f",
    "objects": "def f(x): return np.array([f, None])",
    "a set in a list": "def f(x): return [{1}]",
    "too deep": "def f(x):\n    y = []\n    for _ in range(60): y = [y]\n    return y",
    "too large a number": "def f(x): return 1 << 100_000",
    "error": "def f(x): raise ValueError('the kernel is larger than the image')",
    "error without words": "def f(x): raise KeyError()",
    "not answered": "def f(x): raise NotImplementedError()",
    "an exit": "def f(x): raise SystemExit(3)",
    "an odd exit": "def f(x):\n    class Odd(BaseException): pass\n    raise Odd('out')",
    "long words": "def f(x): raise ValueError('z' * 100_000)",
    "an error that has no text": "class E(Exception):\n    def __str__(self): 1 / 0\ndef f(x): raise E()",
    "changes its input": "def f(x):\n    x[0] = 7\n    return x",
    "makes its input something else": "def f(x):\n    x[0] = f",
    "too few arguments": "def f(x, y): return 0",
    "no function": "f = 5",
    "another name": "def g(x): return 0",
    "a liar": "class Liar(float):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef f(x): return Liar(3)",
}


def without_noise(reply):
    """A reply without its id; a traceback has other lines elsewhere."""
    reply = {key: value for key, value in reply.items() if key != "id"}
    if "failure" in reply:
        reply["failure"] = {**reply["failure"], "traceback": ""}
    return codec.encode(reply)


@pytest.mark.parametrize("source", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize("given", [[1.0, 2.0], np.array([1, 2])], ids=["list", "array"])
def test_notebook_answers_as_the_sandbox_does(play, source, given):
    """`check` cannot say one thing while working and grading another one."""
    program = f"import numpy as np\n{source}"
    play.run(program)
    cell, namespace = "<ipython-input-1-of-a-kernel>", {}
    linecache.cache[cell] = (len(program), None, program.splitlines(), cell)
    exec(compile(program, cell, "exec"), namespace)
    graded = play.call("f", given)
    shown = LiveSession(namespace).ask(requests.call("f", (given,), {}))
    assert without_noise(shown) == without_noise(graded)


def test_pressed_stop_ends_a_check_at_home_and_only_one_call_in_grading(play):
    """At home a person wants to stop; in the sandbox nobody does, and the code raised it itself."""

    def stopped(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Calls().answer(requests.call("f", (1,), {}), {"f": stopped})
    play.run("def f(x): raise KeyboardInterrupt")
    assert play.call("f", 1)["failure"]["type"] == "KeyboardInterrupt"
    play.run("def f(x): return 1")
    assert play.call("f", 1)["value"] == 1


def test_models_need_an_assignment_with_weights():
    """Where there are none, a model is a value that cannot be checked, and its type is named."""
    import torch

    assert "torch" in sys.modules
    namespace = {"f": lambda: torch.nn.Flatten()}
    reply = Calls().answer(requests.call("f", (), {}), namespace)
    assert reply["failure"]["type"] == "TypeError"
    assert "f returned a Flatten" in reply["failure"]["message"]
    assert type(Calls().answer(requests.call("f", (), {}, models=True), namespace)["value"]) is codec.Handle

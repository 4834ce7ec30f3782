"""Failures as they cross: whatever an exception is, it becomes three short texts."""

import json
import linecache
import sysconfig

import pytest

from autograder import PACKAGE
from autograder.wire.failures import (
    MESSAGE_CHARACTERS,
    TRACEBACK_CHARACTERS,
    TYPE_CHARACTERS,
    Failure,
    failure,
)


class Mute(Exception):
    def __str__(self) -> str:
        raise SystemExit


def test_exception_becomes_its_type_and_text():
    """What a student reads of it."""
    assert failure(ValueError("no such kernel")) == Failure("ValueError", "no such kernel")


def test_exception_without_a_text_is_described():
    """An exception whose text cannot be had ends nothing."""
    assert failure(Mute()).message == "(the exception cannot be turned into text)"


def test_texts_are_cut():
    """The beginning of a message says what is wrong, the end of a traceback where."""
    long = Failure("T" * 1000, "m" * 10_000, "old" + "t" * TRACEBACK_CHARACTERS)
    assert len(long.type_name) == TYPE_CHARACTERS
    assert len(long.message) == MESSAGE_CHARACTERS
    assert long.traceback == "t" * TRACEBACK_CHARACTERS


@pytest.mark.parametrize("source", ["def f(:", "x = (1,\n", "if True:\n"])
def test_syntax_errors_have_one_name(source):
    """Python 3.13 has a private kind for a cell that ends too early."""
    with pytest.raises(SyntaxError) as caught:
        compile(source, "cell", "exec")
    assert failure(caught.value).type_name in ("SyntaxError", "IndentationError")


def test_record_has_what_the_other_side_reads():
    """The keys of a reply."""
    assert Failure("A", "b", "c", "d").record() == {
        "type": "A",
        "message": "b",
        "traceback": "c",
        "place": "d",
    }


TENSORFLOW = """Graph execution error:

Detected at node sparse_softmax_cross_entropy_loss/xentropy defined at (most recent call last):
  File "/course/autograder/player/models.py", line 137, in answer
    return self._make(request)

  File "<ipython-input-3-abc>", line 12, in train

  File "/site-packages/keras/src/trainers/trainer.py", line 359, in fit
    logs = self.train_function(iterator)

Received a label value of 20 which is outside the valid range of [0, 20).  Label values: 3 20 7
\t [[{{node sparse_softmax_cross_entropy_loss/xentropy}}]] [Op:__inference_step_1234]"""
KERAS = """in user code:

    File "<ipython-input-3-abc>", line 5, in call  *
        return self.dense(x)
    File "/site-packages/keras/src/utils/traceback_utils.py", line 122, in error_handler  **
        raise e.with_traceback(filtered_tb) from None

    ValueError: Input 0 of layer "dense" is incompatible with the layer
"""


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (
            TENSORFLOW,
            "Received a label value of 20 which is outside the valid range of [0, 20).  Label values: 3 20 7",
        ),
        (KERAS, 'ValueError: Input 0 of layer "dense" is incompatible with the layer'),
        (
            "{{function_node __wrapped__MatMul_device_/job:localhost/device:CPU:0}} Matrix size-incompatible: "
            "In[0]: [2,3], In[1]: [4,5] [Op:MatMul] name: ",
            "Matrix size-incompatible: In[0]: [2,3], In[1]: [4,5]",
        ),
        (
            "\x1b[1mThe layer sequential\x1b[0m has never been called",
            "The layer sequential has never been called",
        ),
        ("expected [[1, 2], [3, 4]]\nand a second line", "expected [[1, 2], [3, 4]]\nand a second line"),
        ('File "data.csv" is missing', 'File "data.csv" is missing'),
        ('Graph execution error:\n  File "a", line 1, in f\n    f()', "Graph execution error:"),
    ],
)
def test_cause_is_told_without_the_stack(message, cause):
    """TensorFlow and Keras write a stack with the grader's files into their text; a student reads the cause."""
    assert failure(RuntimeError(message)).message == cause


def test_folders_of_the_machine_are_left_out():
    """What lies in which folder here helps nobody."""
    libraries = sysconfig.get_path("purelib")
    error = ImportError(f"cannot import name 'f' from 'numpy' ({libraries}/numpy/__init__.py)")
    found = failure(error, f'File "{PACKAGE}/player/serve.py", line 3\nFile "{json.__file__}", line 9')
    assert found.message == "cannot import name 'f' from 'numpy' (numpy/__init__.py)"
    assert found.traceback == 'File "autograder/player/serve.py", line 3\nFile "json/__init__.py", line 9'


def run_as_cell(source: str, call: str = "pass") -> dict:
    """Run a cell as IPython compiles it, and then `call`; return its names, with the failure as `failed`."""
    name = "<ipython-input-7-0123456789ab>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    names: dict = {}
    try:
        exec(compile(source, name, "exec"), names)
        exec(call, names)
    except BaseException as error:
        names["failed"] = failure(error)
    return names


@pytest.mark.parametrize(
    ("source", "call", "place"),
    [
        ("x = [1]\n\ny = x[5]", "", "in line 3 of the cell: `y = x[5]`"),
        ("def f(x):\n    return x[5]", "f([1])", "in f, line 2 of its cell: `return x[5]`"),
        (
            "import numpy as np\ndef f(x):\n    y = np.zeros(3)\n    return np.dot(y, x)",
            "f([1])",
            "in f, line 4 of its cell: `return np.dot(y, x)`",
        ),
        (
            "class A:\n    def f(self):\n        return self.x",
            "A().f()",
            "in A.f, line 3 of its cell: `return self.x`",
        ),
        (
            "def f(x):\n    return [1 / y for y in x]",
            "f([0])",
            "in f, line 2 of its cell: `return [1 / y for y in x]`",
        ),
        ("f = lambda x: 1 / x", "f(0)", "in line 1 of the cell: `f = lambda x: 1 / x`"),
        ("def f(x):\n    return f(x)", "f(0)", "in f, line 2 of its cell: `return f(x)`"),
        ("x = 1\ndef f(:\n", "", "in line 2 of the cell: `def f(:`"),
        ("def f():\n    exec('1 +')", "f()", "in f, line 2 of its cell: `exec('1 +')`"),
        ("def f(x): return 1", "f()", ""),
        (f"x = 1 / 0  # {'long ' * 50}", "", None),
    ],
)
def test_place_is_the_last_line_of_the_students_own(source, call, place):
    """Also where the error arose in a library that the line called; of a call that never arrived, none."""
    found = run_as_cell(source, call)["failed"].place
    if place is None:
        assert found.endswith("…`")
        assert len(found) < 150
    else:
        assert found == place


class Lost(Exception):
    """An error whose way cannot be had."""

    @property
    def __traceback__(self):
        raise SystemExit


def test_error_that_hides_its_way_has_no_place():
    """Nothing of an exception can be trusted."""
    assert failure(Lost("x")) == Failure("Lost", "x")

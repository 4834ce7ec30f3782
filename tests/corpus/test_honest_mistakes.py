"""Broken but honest (threats 44 to 54): a mistake costs its own question, says what it is, and nothing else suffers."""

import os
import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from autograder.referee import Referee
from tests.corpus.conftest import SEED, WRONG, Grader, assert_loses, checks_of, flags_of, shown
from tests.corpus.one_process import script

CONV1D = "def conv1d(x, u): return np.array([x[i : i + len(u)] @ u for i in range(len(x) - len(u) + 1)])"

BROKEN = {
    "44-syntax": ("def conv1d(x, u)\n    return 1", "stopped with SyntaxError: expected ':'"),
    "44-indentation": ("def conv1d(x, u):\nreturn 1", "stopped with IndentationError"),
    "44-missing-import": ("import torhc\n" + CONV1D, "torhc is not installed where answers are graded"),
    "44-name": ("y = undefined_name\n" + CONV1D, "undefined_name is defined nowhere in the notebook"),
    "44-missing-import-in-the-function": (
        "def conv1d(x, u): return scipy.signal.correlate(x, u)",
        "NameError: name 'scipy' is not",
    ),
    "44-renamed": ("def convolve1d(x, u): return x", "NameError: conv1d is not defined"),
    "44-not-a-function": ("conv1d = 5", "TypeError: 'int' object is not callable"),
    "44-arguments": (
        "def conv1d(x): return x",
        "TypeError: conv1d() takes 1 positional argument but 2 were given",
    ),
    "44-nothing-returned": ("def conv1d(x, u): x @ x", "got None (is there a return?)"),
    "44-printed": ("def conv1d(x, u): print(x)", "got None (is there a return?)"),
    "44-conflict-marker": ("<<<<<<< HEAD\n" + CONV1D, "stopped with SyntaxError"),
    "44-null-byte": ("x = 1\0", "conv1d"),
    "44-half-a-character": ("x = '\ud800'\n1 / 0", "ZeroDivisionError"),
}


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN)
def test_44_cell_is_broken(grader, answer, reason):
    """The first message says what stopped the cell; the other questions are graded as usual."""
    graded = grader.loses("conv1d", ("conv1d", answer))
    assert reason in checks_of(graded, "conv1d")[0].message
    assert graded.result.flags == ()


def test_44_not_implemented_is_left_in(grader):
    """A question that was left as it came is not answered, and says so."""
    stub = next(cell.source for cell in grader.referee.released.cells if cell.id == "answer-conv1d")
    graded = grader.loses("conv1d", ("conv1d", stub))
    assert {check.message for check in checks_of(graded, "conv1d")} == {"Not answered yet."}
    assert graded.result.flags == ()


def test_44_one_broken_cell_ends_a_whole_script(tmp_path):
    """What the others are kept from: in one script, nothing after the first mistake runs."""
    assert "SyntaxError" in script(tmp_path, BROKEN["44-syntax"][0]).stderr
    assert script(tmp_path, "raise NotImplementedError").returncode == 1


def test_45_state_of_cells_run_out_of_order(grader):
    """What a later cell defines is not there yet when a notebook runs from the top; the hint says so."""
    answer = f"KERNEL_IS_FLIPPED\n{CONV1D}"
    graded = grader.loses("conv1d", ("conv1d", answer), (None, "KERNEL_IS_FLIPPED = False"))
    message = checks_of(graded, "conv1d")[0].message
    assert "NameError: name 'KERNEL_IS_FLIPPED' is not defined" in message
    assert "KERNEL_IS_FLIPPED is defined only in a later cell: run the notebook from the top" in message
    graded = grader.loses("conv1d", ("conv1d", "helper\n" + CONV1D), (None, "import math as helper"))
    assert "helper is defined only in a later cell" in checks_of(graded, "conv1d")[0].message
    graded = grader.loses("conv1d", ("conv1d", "deleted\n" + CONV1D))
    assert "deleted is defined nowhere in the notebook as handed in" in checks_of(graded, "conv1d")[0].message


def test_45_name_that_is_defined_later_but_before_the_call(grader):
    """A function may use what a later cell defines: it is called when all cells have run."""
    later = CONV1D.replace("x[i", "same(x)[i")
    grader.loses(None, ("conv1d", later), (None, "def same(x): return x"))


@pytest.mark.parametrize(
    "path",
    [
        "/home/ada/kernel.npy",
        "/Users/ada/kernel.npy",
        "C:\\Users\\ada\\kernel.npy",
        os.path.join("/root", "kernel.npy"),
    ],
)
@pytest.mark.parametrize("where", ["cell", "function"])
def test_46_path_on_the_students_own_computer(grader, path, where):
    """A file that is only there is named, with what to do instead."""
    load = f"np.load({path!r})"
    answer = f"u = {load}\n{CONV1D}" if where == "cell" else f"def conv1d(x, u): return {load}"
    graded = grader.loses("conv1d", ("conv1d", answer))
    message = checks_of(graded, "conv1d")[0].message
    assert "exists on your own computer only: use a path relative to the notebook" in message
    assert path.rpartition("\\")[2] in message


def test_47_warnings_and_progress_bars(grader):
    """What goes to stderr is no failure (nbgrader would give 0 for it)."""
    noise = """\
import sys, warnings
def noisy(x):
    warnings.warn("deprecated"); warnings.warn("numbers", RuntimeWarning)
    for i in range(20): print(f"\\r{i}/20 [#####]", end="", file=sys.stderr, flush=True)
    np.array([1.0]) / 0; np.log(np.array([-1.0]))
    return x
noisy(1)
"""
    graded = grader.loses(None, ("conv1d", noise + CONV1D.replace("x[i", "noisy(x)[i")))
    assert "19/20" in shown(graded)
    assert graded.result.flags == ()


@pytest.mark.parametrize(
    ("value", "where"),
    [("np.nan", "1 of 3 values are NaN or infinite, first at index 1"), ("np.inf", "first at index 1")],
)
def test_48_nan_and_infinity(grader, value, where):
    """NaN never passes, and the message says where it is."""
    answer = (
        CONV1D.replace("return np.array", "y = np.array", 1) + f"\n    y[1 % len(y)] = {value}\n    return y"
    )
    graded = grader.loses("conv1d", ("conv1d", answer.replace("): y", "):\n    y")))
    assert where in checks_of(graded, "conv1d")[0].message
    assert np.nan != np.nan  # and yet a check that compares with `not (difference > 1e-6)` lets it pass
    assert not abs(np.nan - 3) > 1e-6
    grader.loses("receptive_field", ("receptive_field", f"def receptive_field(layers): return {value}"))


def test_49_dtype_and_shape(grader):
    """The message gives both shapes; that of a hidden check the dtype that it wants."""
    graded = grader.loses(
        "conv1d", ("conv1d", CONV1D.replace("return np.array", "return np.array([0.0])[:, None] * np.array"))
    )
    graded = grader.loses("conv1d", ("conv1d", CONV1D.replace("return ", "return ") + "[None]"))
    assert "expected shape (3,), got shape (1, 3)" in checks_of(graded, "conv1d")[0].message
    graded = grader.grade(("conv1d", CONV1D + ".astype(np.float64)"))
    lost = {check.id: check.message for check in graded.result.checks if check.points < check.max}
    assert list(lost) == ["test_conv1d_keeps_the_dtype"]
    assert "expected dtype float32, got another" in lost["test_conv1d_keeps_the_dtype"]
    graded = grader.grade(
        ("receptive_field", grader.answers["receptive_field"].replace("return field", "return float(field)"))
    )
    assert "expected an integer, got a float" in checks_of(graded, "receptive_field")[0].message


def test_50_input_is_changed_in_place(grader, tmp_path):
    """Each check uses a copy, so that later checks see the input as it was; it is flagged, and conv2d's own checks tell."""
    changes = CONV1D.replace("return", "x = x.copy(); return", 1)
    spoiled = "def conv1d(x, u):\n    y = np.array([x[i : i + len(u)] @ u for i in range(len(x) - len(u) + 1)])\n    x[:] = 0\n    return y"
    check = "x = np.ones(4)\nconv1d(x, np.ones(2))\nassert conv1d(x, np.ones(2))[0] == 2"
    assert script(tmp_path, changes, check=check).returncode == 0
    assert (
        script(tmp_path, spoiled, check=check).returncode == 1
    )  # without a copy, a right answer becomes wrong
    graded = grader.loses(None, ("conv1d", spoiled))
    assert flags_of(graded) == {("changes_input", "conv1d")}
    assert "Each check used a copy" in graded.result.flags[0].text
    reference = grader.answers["conv2d"].replace("return y", "kernel *= 2\n    return y")
    graded = grader.grade(("conv2d", reference))
    assert flags_of(graded) == {("changes_input", "conv2d")}
    lost = {check.id: check.message for check in graded.result.checks if check.points < check.max}
    assert set(lost) == {"test_conv2d_finds_the_diagonal", "test_conv2d_leaves_its_inputs_alone"}
    assert all("changed" in message for message in lost.values())


RANDOM = {
    "51-random": "import random\ndef noise(): return random.random()",
    "51-np.random": "def noise(): return np.random.rand()",
    "51-default_rng": "def noise(): return np.random.default_rng().random()",
    "51-generator-of-a-cell": "rng = np.random.default_rng()\ndef noise(): return rng.random()",
    "51-random.seed": "import random\ndef noise(): random.seed(); return random.random()",
    "51-np.random.seed": "def noise(): np.random.seed(); return np.random.rand()",
    "51-hash-of-text": "def noise(): return hash('kernel') % 100 / 100",
    "51-order-of-a-set": "def noise(): return float(list({'a', 'b', 'c', 'd'}).index('b'))",
}


@pytest.mark.parametrize("source", RANDOM.values(), ids=RANDOM)
def test_51_unseeded_randomness(grader, source):
    """The same submission has the same result every time."""
    answer = f"{source}\nprint(noise(), noise())\ndef receptive_field(layers):\n    return 3 if noise() < 0.5 else 5"
    first, second = (grader.grade(("receptive_field", answer)) for _ in range(2))
    assert printed(first) == printed(second)
    assert outcome(first) == outcome(second)
    others = tuple(check for check in first.result.checks if check.question != "receptive_field")
    assert_loses(replace(first.result, checks=others), set())


def printed(graded):
    """Return what the cell printed."""
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == "answer-receptive_field")
    return cell.outputs[0].text


def outcome(graded):
    """Return points, status and message of each check."""
    return [(check.id, check.points, check.status, check.message) for check in graded.result.checks]


def test_51_randomness_differs_without_seeding():
    """What is kept from mattering: two runs of a script draw different numbers."""
    draw = "import random, numpy; print(random.random(), numpy.random.rand(), numpy.random.default_rng().random(), hash('kernel'))"
    unseeded = {
        name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"
    }  # Keras sets it
    one, two = (
        subprocess.run(
            [sys.executable, "-c", draw], capture_output=True, text=True, env=unseeded
        ).stdout.split()
        for _ in range(2)
    )
    assert all(a != b for a, b in zip(one, two, strict=True))
    assert random.random() != random.random()


def test_51_answer_that_flickers(grader):
    """An answer that is right now and then is right and wrong in the same places every time."""
    calls = "CALLS = []\n" + grader.answers["receptive_field"]
    answer = calls.replace("return field", "CALLS.append(1)\n    return field if len(CALLS) % 7 else -1")
    first, second = (grader.grade(("receptive_field", answer)) for _ in range(2))
    assert outcome(first) == outcome(second)
    assert next(c for c in first.result.checks if c.id == "test_receptive_field_of_any_network").points == 0


def test_52_global_state_between_calls(grader):
    """Calls of one submission share their process, in the order of the checks, and no two submissions do."""
    counting = "CALLS = 0\ndef receptive_field(layers):\n    global CALLS\n    CALLS += 1\n    return -CALLS"
    graded = grader.loses("receptive_field", ("receptive_field", counting))
    got = [check.message for check in checks_of(graded, "receptive_field")[:2]]
    assert got == ["the value is wrong; expected 3, got -1", "the value is wrong; expected 5, got -2"]
    again = grader.loses("receptive_field", ("receptive_field", counting))
    assert [check.message for check in checks_of(again, "receptive_field")[:2]] == got
    leave = "import builtins, os, sys\nsys.left = builtins.left = np.left = os.environ['left'] = '1'\nopen('/tmp/left', 'w').close()"
    find = (
        "import builtins, os, sys\n"
        "print([hasattr(o, 'left') for o in (sys, builtins, np)], 'left' in os.environ, os.path.exists('/tmp/left'))"
    )
    grader.loses(None, (None, leave))
    graded = grader.loses("conv1d", ("conv1d", f"{WRONG['conv1d']}\n{find}"))
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == "answer-conv1d")
    assert cell.outputs[0].text == "[False, False, False] False False\n"


UNUSUAL = {
    "54-generator": (
        "(i for i in [7.0, 12.0, 17.0])",
        "conv1d returned a generator; return the values themselves",
    ),
    "54-map": ("map(float, [7, 12, 17])", "conv1d returned a map; return the values themselves"),
    "54-set": ("{7.0, 12.0, 17.0}", "conv1d returned a value of type set"),
    "54-list": ("[7.0, 12.0, 17.0]", "expected an array of shape (3,), got a list"),
    "54-tuple": ("(7.0, 12.0, 17.0)", "expected an array of shape (3,), got a tuple"),
    "54-function": ("lambda: 1", "conv1d returned a function, which is something to call"),
    "54-class": ("np.ndarray", "conv1d returned a type, which is something to call"),
    "54-module": ("np", "conv1d returned a value of type module"),
    "54-text": ("'7 12 17'", "expected an array of shape (3,), got text"),
    "54-objects": ("np.array([7.0, None])", "conv1d returned an array of objects"),
    "54-ragged": ("np.array([[1], [1, 2]], dtype=object)", "are the rows of different lengths?"),
    "54-dates": (
        "np.array(['2026-01-01'], 'M8[D]')",
        "an array of dtype datetime64[D]; return an array of numbers",
    ),
    "54-booleans": ("np.array([True, False, True])", "got an array of shape (3,) and dtype bool"),
    "54-0-d": ("np.array(7.0)", "expected shape (3,), got shape ()"),
    "54-coroutine": ("coroutine()", "conv1d returned a value of type coroutine"),
    "54-figure": ("plt.figure()", "conv1d returned a value of type Figure"),
}


@pytest.mark.parametrize(("value", "message"), UNUSUAL.values(), ids=UNUSUAL)
def test_54_unusual_value(grader, value, message):
    """What cannot be checked is named, with what to return instead."""
    graded = grader.loses(
        "conv1d", ("conv1d", f"async def coroutine(): pass\ndef conv1d(x, u): return {value}")
    )
    assert message in checks_of(graded, "conv1d")[0].message


USUAL = {
    "54-0-d-array": ("receptive_field", "np.array(field)"),
    "54-numpy-integer": ("receptive_field", "np.int32(field)"),
    "54-int-subclass": ("receptive_field", "type('Pixels', (int,), {})(field)"),
    "54-matrix-like": ("conv2d", "np.ma.masked_array(y)"),
    "54-strided": ("conv2d", "y[:, :, ::-1][:, :, ::-1]"),
    "54-fortran": ("conv2d", "np.asfortranarray(y)"),
    "54-big-endian": ("conv2d", "y.astype(y.dtype.newbyteorder('>'))"),
    "54-read-only": ("conv2d", "np.broadcast_to(y, y.shape)"),
    "54-array-like": ("conv2d", "np.memmap('/tmp/y', y.dtype, 'w+', shape=y.shape) + y"),
}


@pytest.mark.parametrize(("question", "value"), USUAL.values(), ids=USUAL)
def test_54_value_that_is_converted(grader, question, value):
    """A right answer is right in whatever form of array or number it comes."""
    source = grader.answers[question]
    name = "field" if question == "receptive_field" else "y"
    assert f"return {name}" in source
    grader.loses(None, (question, source.replace(f"return {name}", f"return {value}")))


def test_54_tensors_and_models(assignment):
    """Tensors of torch are read, those that require grad too; a model is named as something to call."""
    budget = replace(assignment.budget, cell_seconds=60, notebook_seconds=120, memory_mb=4096)
    with Referee(replace(assignment, budget=budget, preload=("numpy", "torch")), seed=SEED) as referee:
        grader = Grader(referee)
        source = grader.answers["conv2d"]
        grad = source.replace("return y", "return torch.from_numpy(y).requires_grad_()")
        grader.loses(None, ("conv2d", "import torch\n" + grad))
        model = "import torch\ndef conv2d(x, kernel, stride=1, padding=0): return torch.nn.Conv2d(1, 1, 3)"
        graded = grader.loses("conv2d", ("conv2d", model))
        assert (
            "conv2d returned a Conv2d, which is something to call; return numbers or an array"
            in checks_of(graded, "conv2d")[0].message
        )


def test_54_keras_model(assignment):
    """A Keras model is named likewise, and a TensorFlow tensor is read."""
    budget = replace(assignment.budget, cell_seconds=120, notebook_seconds=240, memory_mb=6000)
    with Referee(
        replace(assignment, budget=budget, preload=("numpy", "tensorflow", "keras")), seed=SEED
    ) as referee:
        grader = Grader(referee)
        source = grader.answers["conv2d"]
        grader.loses(
            None,
            ("conv2d", "import tensorflow as tf\n" + source.replace("return y", "return tf.Variable(y)")),
        )
        model = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\ndef conv2d(x, kernel, stride=1, padding=0): return model"
        graded = grader.loses("conv2d", ("conv2d", model))
        assert (
            "conv2d returned a Sequential, which is something to call"
            in checks_of(graded, "conv2d")[0].message
        )

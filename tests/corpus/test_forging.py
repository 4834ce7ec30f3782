"""Forging a result (threats 1 to 18): student code shares no process with checks, reference and scores."""

import json
import os
import pickle
import site
import subprocess
import sys
import time

import pytest

from autograder.submission.discovery import Submission
from tests.autograder.conftest import running_commands
from tests.corpus import one_process
from tests.corpus.conftest import WRONG, assert_loses, checks_of, flags_of
from tests.corpus.one_process import POINTS, nbgrader_points, pytest_passes, script

RIGHT = "def conv1d(x, u): return np.correlate(x, u, 'valid')"
CALL = "conv1d(np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0]))"


def test_00_wrong_answers_are_wrong_everywhere(grader):
    """Without any attack the answers of the corpus earn nothing, here and in the graders that believe."""
    for question, answer in WRONG.items():
        grader.loses(question, (question, answer))
    assert nbgrader_points(one_process.WRONG) == 0


def test_00_graders_that_believe_can_grade(tmp_path):
    """An attack shows nothing where even a right answer fails, or a wrong one passes."""
    assert nbgrader_points(RIGHT) == POINTS
    assert script(tmp_path, RIGHT).returncode == 0
    assert pytest_passes(tmp_path, RIGHT)
    assert script(tmp_path, one_process.WRONG).returncode == 1
    assert not pytest_passes(tmp_path, one_process.WRONG)


BLANKING = {
    "01-post": "get_ipython().input_transformers_post.append(lambda lines: [])",
    "01-cleanup": "get_ipython().input_transformer_manager.cleanup_transforms.append(lambda lines: [])",
    "01-line": "get_ipython().input_transformer_manager.line_transforms.insert(0, lambda lines: [])",
    "01-manager": (
        "class Blank(type(get_ipython().input_transformer_manager)):\n"
        "    def transform_cell(self, cell): return ''\n"
        "get_ipython().input_transformer_manager = Blank()"
    ),
    "01-run_cell": "get_ipython().run_cell = lambda *args, **kwargs: get_ipython().run_line_magic('sx', 'true')",
    "01-method": "get_ipython().transform_cell = lambda cell: ''",
    "01-method-of-the-class": "type(get_ipython()).transform_cell = lambda self, cell: ''",
    "01-method-of-the-manager": "get_ipython().input_transformer_manager.transform_cell = lambda cell: ''",
}


@pytest.mark.parametrize("attack", BLANKING.values(), ids=BLANKING)
def test_01_input_transformer_blanks_later_cells(grader, attack):
    """A cell that changes how later cells are read earns nothing, is flagged, and does not get at the later ones."""
    assert nbgrader_points(one_process.WRONG + "\n" + attack) == POINTS
    for answer in (WRONG["conv1d"], RIGHT):
        graded = grader.loses("conv1d", ("conv1d", f"{answer}\n{attack}"))
        assert flags_of(graded) == {("input_transformer", "conv1d")}
        assert "changes how later cells are read" in checks_of(graded, "conv1d")[0].message
    graded = grader.loses("conv1d", (None, attack), ("conv1d", WRONG["conv1d"]))
    assert flags_of(graded) == {("input_transformer", None)}


STRIPPING = """\
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Expr(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Strip())
"""


def test_02_ast_transformer_strips_assert(grader):
    """Checks are not run through the student's IPython."""
    assert nbgrader_points(one_process.WRONG, STRIPPING) == POINTS
    assert grader.loses("conv1d", (None, STRIPPING), ("conv1d", WRONG["conv1d"])).result.flags == ()
    grader.loses(None, (None, STRIPPING))


@pytest.mark.parametrize(
    "attack",
    [
        "get_ipython()._showtraceback = lambda *args: None",
        "get_ipython().showtraceback = lambda *args, **kwargs: None",
        "get_ipython().set_custom_exc((BaseException,), lambda *args, **kwargs: None)",
    ],
    ids=["03-_showtraceback", "03-showtraceback", "03-custom-exception"],
)
def test_03_showtraceback_is_patched(grader, attack):
    """That no traceback is shown does not mean that nothing failed."""
    assert nbgrader_points(one_process.WRONG, attack) == POINTS
    grader.loses("conv1d", (None, attack), ("conv1d", WRONG["conv1d"]))
    assert grader.loses(None, (None, attack)).result.flags == ()
    graded = grader.loses("conv1d", (None, attack), ("conv1d", "1 / 0"))
    assert "ZeroDivisionError" in checks_of(graded, "conv1d")[0].message


FORGED = "get_ipython().events.register('pre_run_cell', lambda *info: get_ipython().displayhook({}))"


@pytest.mark.parametrize(
    "value",
    [
        "5.0",
        "5",
        "np.float64(5)",
        "float('nan')",
        "-1",
        "True",
        "np.float32(1)",
        "[1.0, 2.0]",
        "'full marks'",
    ],
    ids=lambda value: ("04-" if value in ("5.0", "5") else "05-") + value,
)
def test_04_05_result_of_a_cell_is_forged(grader, value):
    """nbgrader reads a score from the first result of a check cell, and gives full marks for what is no number."""
    forged = FORGED.format(value)
    assert nbgrader_points(one_process.WRONG, forged) == POINTS
    graded = grader.loses("conv1d", (None, forged), ("conv1d", f"{WRONG['conv1d']}\n{value}"))
    for cell in graded.notebook.cells:
        assert all(output.output_type != "execute_result" for output in cell.get("outputs", []))
        assert cell.id != "check-conv1d" or cell.outputs == []


def test_06_numpy_testing_is_patched(grader):
    """The assertions of the referee are not those of the student's process."""
    attack = "np.testing.assert_allclose = lambda *args, **kwargs: None"
    assert nbgrader_points(one_process.WRONG, attack) == POINTS
    grader.loses("conv1d", (None, attack), ("conv1d", WRONG["conv1d"]))
    everything = "np.allclose = np.isclose = np.array_equal = np.all = lambda *args, **kwargs: True"
    assert (
        nbgrader_points(one_process.WRONG, everything, check=f"assert np.allclose({CALL}, [7, 14])") == POINTS
    )
    grader.loses("conv1d", (None, everything), ("conv1d", WRONG["conv1d"]))


EQUAL = """\
class Equal:
    __hash__ = None
    def __eq__(self, other): return True
    def __ne__(self, other): return False
"""


def test_07_object_that_equals_everything(grader):
    """Only plain values cross; anything else is an error of the student's that says what to return."""
    answer = EQUAL + "def conv1d(x, u): return Equal()"
    assert nbgrader_points(answer, check=f"assert {CALL} == 'anything at all'") == POINTS
    graded = grader.loses("conv1d", ("conv1d", answer))
    assert "TypeError: conv1d returned a value of type Equal" in checks_of(graded, "conv1d")[0].message


LYING_ARRAY = """\
class Liar(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.True_
    def __array_function__(self, function, types, args, kwargs): return True
    def __eq__(self, other): return np.True_
    def __array_finalize__(self, other): pass
"""


def test_08_array_subclass_that_lies(grader):
    """An array of whatever class arrives as its plain numbers: a wrong one is wrong, and a right one right."""
    wrong = LYING_ARRAY + "def conv1d(x, u): return np.zeros(len(x) - len(u) + 1).view(Liar)"
    assert nbgrader_points(wrong, check=f"assert np.allclose({CALL}, [7, 14])") == POINTS
    graded = grader.loses("conv1d", ("conv1d", wrong))
    assert "3 of 3 values are wrong" in checks_of(graded, "conv1d")[0].message
    grader.loses(
        None, ("conv1d", LYING_ARRAY + "def conv1d(x, u): return np.correlate(x, u, 'valid').view(Liar)")
    )


LYING_NUMBER = """\
class Liar({base}):
    def same(self, *args): return self
    def yes(self, *args): return True
    __sub__ = __rsub__ = __abs__ = __add__ = __radd__ = same
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = yes
    __hash__ = {base}.__hash__
"""


@pytest.mark.parametrize("base", ["float", "int", "complex", "str"])
def test_09_number_subclass_that_lies(grader, base):
    """A number of whatever class arrives as a plain one; text stays text."""
    liar = LYING_NUMBER.format(base=base)
    check = "assert abs(receptive_field([(3, 1, 1)]) - 3) < 1e-9"
    answer = f"def receptive_field(layers): return Liar({'-1' if base != 'str' else repr('3')})"
    assert nbgrader_points(liar + answer, check=check) == POINTS
    graded = grader.loses("receptive_field", ("receptive_field", liar + answer))
    kind = {"float": "a float", "complex": "a complex", "str": "text"}
    expected = f"expected an integer, got {kind[base]}" if base in kind else "the value is wrong"
    assert expected in checks_of(graded, "receptive_field")[0].message


def test_09_int_subclass_with_the_right_value(grader):
    """An honest subclass costs nothing."""
    reference = grader.answers["receptive_field"].replace("return field", "return Liar(field)")
    grader.loses(None, ("receptive_field", LYING_NUMBER.format(base="int") + reference))


PATCHES = {
    "10-pytest": "import _pytest.python\n_pytest.python.Function.runtest = lambda self: None",
    "10-runner": "import _pytest.runner\n_pytest.runner.pytest_runtest_call = lambda item: None\n"
    "import _pytest.python\n_pytest.python.pytest_pyfunc_call = lambda pyfuncitem: True\n"
    "_pytest.python.Function.runtest = lambda self: None",
    "10-assert": "import builtins\nclass AssertionError(Exception): pass\nbuiltins.AssertionError = AssertionError\n"
    "np.testing.assert_allclose = np.testing.assert_equal = lambda *args, **kwargs: None\n"
    "np.shape = lambda array: (3,)",
}


@pytest.mark.parametrize("attack", PATCHES.values(), ids=PATCHES)
def test_10_pytest_is_patched(grader, tmp_path, attack):
    """The pytest that runs the checks lives in another process."""
    assert pytest_passes(tmp_path, one_process.WRONG, attack)
    both = f"{attack}\nimport unittest\nunittest.TestCase.assertEqual = lambda *args: None"
    grader.loses("conv1d", (None, both), ("conv1d", WRONG["conv1d"]))


def test_11_reduce_of_a_returned_value(grader, tmp_path, monkeypatch):
    """No byte that a student chooses is ever unpickled."""
    marker = tmp_path / "unpickled"

    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(marker),)

    data = pickle.dumps(Bomb())
    pickle.loads(data)
    marker.rmdir()  # so much for a grader that pickles

    def refuse(*args, **kwargs):
        raise AssertionError("something was unpickled")

    monkeypatch.setattr(pickle, "loads", refuse)
    monkeypatch.setattr(pickle, "load", refuse)
    monkeypatch.setattr(pickle, "Unpickler", refuse)
    bomb = f"import os\nclass Bomb:\n    def __reduce__(self): return os.mkdir, ({str(marker)!r},)\n"
    graded = grader.loses("conv1d", ("conv1d", bomb + "def conv1d(x, u): return Bomb()"))
    assert "a value of type Bomb" in checks_of(graded, "conv1d")[0].message
    grader.loses("conv1d", ("conv1d", f"def conv1d(x, u): return {data!r}"))
    grader.loses("conv1d", ("conv1d", bomb + "def conv1d(x, u): return np.array([Bomb()], dtype=object)"))
    assert not marker.exists()


PERFECT = json.dumps({"schema": "autograder/result-1", "status": "graded", "score": 40.0, "max_score": 40.0})
DAEMON = f"""\
import subprocess, sys
code = '''
import time
for _ in range(200):
    for folder in (".", "..", "/tmp", "/submission"):
        try: open(folder + "/result.json", "w").write({PERFECT!r})
        except OSError: pass
    time.sleep(0.05)
'''
subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
"""


def test_12_result_file_of_the_students_own(grader, tmp_path):
    """A result is made by the referee and nowhere read back: not from the submission, not from a daemon's hand."""
    early = f"open('result.json', 'w').write({PERFECT!r})"
    script(tmp_path, one_process.WRONG, early)
    assert (
        json.loads((tmp_path / "result.json").read_text())["score"] == 40.0
    )  # what a grader that reads it would believe
    folder = tmp_path / "student" / "conv_arithmetic"
    folder.mkdir(parents=True)
    cells = (None, early), (None, DAEMON), ("conv1d", WRONG["conv1d"])
    write_notebook(grader.notebook(*cells), folder / "conv_arithmetic.ipynb")
    (folder / "result.json").write_text(PERFECT)
    graded = grader.referee.grade(Submission("student", folder, tmp_path))
    assert_loses(graded.result, {"conv1d"})
    assert sorted(path.name for path in folder.iterdir()) == ["conv_arithmetic.ipynb", "result.json"]
    assert DAEMON.splitlines()[3] not in running_commands()


def test_13_result_printed_on_descriptor_1(grader, tmp_path):
    """What is printed is output, whichever descriptor it went through."""
    attack = f"import os\nfor fd in (1, os.dup(1)): os.write(fd, {PERFECT.encode()!r} + b'\\n')\n"
    done = script(tmp_path, one_process.WRONG, attack + "os._exit(0)")
    assert json.loads(done.stdout.splitlines()[-1])["score"] == 40.0
    graded = grader.loses("conv1d", ("conv1d", WRONG["conv1d"] + "\n" + attack))
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == "answer-conv1d")
    assert [(output.output_type, output.text) for output in cell.outputs] == [("stream", f"{PERFECT}\n" * 2)]
    assert graded.result.flags == ()


EXITS = {
    "14-sys.exit": "import sys\ndef conv1d(x, u): sys.exit(0)",
    "14-SystemExit": "def conv1d(x, u): raise SystemExit",
    "14-atexit": f"import atexit, os\natexit.register(os._exit, 0)\n{one_process.WRONG}",
    "14-exit-in-a-destructor": "import sys\nclass Bye:\n    def __init__(self): sys.exit(0)\ndef conv1d(x, u): return Bye()",
}


@pytest.mark.parametrize("answer", EXITS.values(), ids=EXITS)
def test_14_exit_that_looks_like_success(grader, tmp_path, answer):
    """An exit status of 0 never means passed."""
    assert script(tmp_path, answer).returncode == 0
    graded = grader.loses("conv1d", ("conv1d", answer))
    assert {check.status for check in checks_of(graded, "conv1d")} == {"failed"}
    at_once = "import sys\nsys.exit(0)\n" + RIGHT
    grader.loses("conv1d", ("conv1d", at_once))


def test_14_skip_of_pytest(grader, tmp_path):
    """pytest counts a skipped test as no failure; here it is an error like any other."""
    answer = (
        "import pytest\ndef conv1d(x, u): raise pytest.skip.Exception('not today', allow_module_level=True)"
    )
    assert pytest_passes(tmp_path, answer)
    graded = grader.loses("conv1d", ("conv1d", answer))
    assert {check.status for check in checks_of(graded, "conv1d")} == {"failed"}


@pytest.mark.parametrize(
    "kind", ["KeyboardInterrupt", "GeneratorExit", "BaseExceptionGroup('x', [SystemExit(0)])"]
)
def test_14_exception_that_is_no_exception(grader, tmp_path, kind):
    """Whatever a function raises ends that call only, and not the grading of the class."""
    answer = f"def conv1d(x, u): raise {kind}"
    for_the_class = f"for student in 'ab':\n    try: {CALL}\n    except Exception: pass\nprint('all graded')"
    assert "all graded" not in script(tmp_path, answer, check=for_the_class).stdout
    graded = grader.loses("conv1d", ("conv1d", answer))
    assert kind.partition("(")[0] in checks_of(graded, "conv1d")[0].message


def test_15_process_ends_inside_a_graded_function(grader, tmp_path):
    """The check fails, the next one gets a fresh process, and the rest is graded."""
    answer = "import os\ndef conv1d(x, u): os._exit(0)"
    assert script(tmp_path, answer).returncode == 0
    graded = grader.loses("conv1d", ("conv1d", answer))
    assert {check.status for check in checks_of(graded, "conv1d")} == {"crashed"}
    assert "ended the Python process" in checks_of(graded, "conv1d")[0].message


@pytest.mark.parametrize(
    "end",
    ["os._exit(0)", "os.abort()", "ctypes.string_at(0)", "os.closerange(0, 256)", "(fork(), os._exit(0))"],
    ids=["exit", "abort", "segfault", "close", "leave-a-child"],
)
def test_15_only_the_check_that_ended_it_is_lost(grader, end):
    """Where one input ends the process, the checks with other inputs keep their points."""
    answer = f"""\
import ctypes, os, time
def fork():
    if os.fork() == 0: time.sleep(600)
def conv1d(x, u):
    if x.dtype == np.float32: {end}
    return np.correlate(x, u, 'valid')
"""
    graded = grader.grade(("conv1d", answer))
    lost = {check.id: check.status for check in graded.result.checks if check.points < check.max}
    assert lost == {"test_conv1d_keeps_the_dtype": "crashed"}


SHADOW = """\
import sys
class Anything:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __eq__(self, other): return True
sys.modules[__name__] = Anything()
"""
HOOK = """\
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.outcome = "passed"
    return report
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("conftest.py", HOOK), ("pytest.ini", "[pytest]\naddopts = --collect-only\n"), ("numpy.py", SHADOW)],
    ids=["16-conftest.py", "16-pytest.ini", "16-numpy.py"],
)
def test_16_files_beside_the_notebook(grader, tmp_path, name, text):
    """Nothing that lies beside a notebook is on anybody's path: not the referee's, not pytest's."""
    beside = tmp_path / "believed"
    beside.mkdir()
    (beside / name).write_text(text)
    if name == "numpy.py":
        assert script(beside, "def conv1d(x, u): return 0").returncode == 0
    else:
        assert pytest_passes(beside, one_process.WRONG)
    assert_loses(submitted_with(grader, tmp_path, {name: text}).result, {"conv1d"})


def test_16_modules_that_python_imports_by_itself(grader, tmp_path):
    """sitecustomize, .pth files and modules named like ours or like libraries run for nobody."""
    marker = tmp_path / "ran"
    mark = f"import os; os.makedirs({str(marker)!r}, exist_ok=True)\n"
    names = [
        "sitecustomize.py",
        "usercustomize.py",
        "evil.pth",
        "torch.py",
        "autograder.py",
        "kernelwise.py",
        "conftest.py",
    ]
    names += ["checks_hidden.py", "numpy/__init__.py", "pytest.py", "_pytest.py", "IPython.py", "json.py"]
    beside = tmp_path / "believed"
    beside.mkdir()
    (beside / "sitecustomize.py").write_text(mark)
    (beside / "evil.pth").write_text(mark)
    subprocess.run([sys.executable, "-c", ""], env={"PYTHONPATH": str(beside)}, check=True)
    assert marker.exists()
    marker.rmdir()
    subprocess.run([sys.executable, "-c", f"import site; site.addsitedir({str(beside)!r})"], check=True)
    assert marker.exists()
    marker.rmdir()
    graded = submitted_with(grader, tmp_path, dict.fromkeys(names, mark))
    assert_loses(graded.result, {"conv1d"})
    assert not marker.exists()
    assert str(tmp_path) not in " ".join(sys.path + site.getsitepackages())


CLOCKS = """\
import random, time
time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
random.seed = random.random = lambda *args: 0.5
class Constant:
    def __getattr__(self, name): return lambda *args, size=None, **kwargs: np.zeros(size)
np.random.default_rng = lambda *args: Constant()
np.random.seed = lambda *args: None
np.random.normal = lambda *args, size=None: np.zeros(size)
"""


def test_17_clock_and_random_numbers_are_patched(grader, hasty):
    """Hidden inputs and time limits are made elsewhere."""
    drawn = (
        "rng = np.random.default_rng()\nx = rng.normal(size=9)\n"
        "np.testing.assert_allclose(conv1d(x, x[:3]), np.correlate(x, x[:3], 'valid'))"
    )
    assert nbgrader_points(one_process.WRONG, check=drawn) == 0
    assert nbgrader_points(one_process.WRONG, CLOCKS, check=drawn) == POINTS
    cells = (None, CLOCKS), ("conv1d", "def conv1d(x, u): return np.zeros(len(x) - len(u) + 1, x.dtype)")
    graded = grader.loses("conv1d", *cells)
    assert {check.status for check in checks_of(graded, "conv1d")} == {"failed"}
    start = time.monotonic()
    graded = hasty.loses("conv1d", (None, CLOCKS), ("conv1d", "def conv1d(x, u):\n    while True: pass"))
    assert {check.status for check in checks_of(graded, "conv1d")} == {"timeout"}
    assert time.monotonic() - start < 15


def write_notebook(notebook, path):
    """Write a notebook without the checks of nbformat, which a student need not pass either."""
    path.write_text(json.dumps(notebook))


def submitted_with(grader, tmp_path, files):
    """Grade a folder with a notebook that is wrong in `conv1d`, and `files` beside it."""
    folder = tmp_path / "submitted" / "student" / "conv_arithmetic"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    write_notebook(grader.notebook(("conv1d", WRONG["conv1d"])), folder / "conv_arithmetic.ipynb")
    return grader.referee.grade(Submission("student", folder, tmp_path / "submitted"))

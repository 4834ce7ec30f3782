"""The check that students use: it says what grading says, shows it once, and never breaks their notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.source import reference_answers, released_notebook
from autograder.checks import StudentError
from autograder.judge.collection import collect_manifest
from autograder.judge.student import Student
from autograder.notebook import Report
from autograder.notebook.live import LiveSession
from autograder.referee import Referee
from autograder.submission.discovery import submission_at
from autograder.wire import codec

CHECKS = '''
import numpy as np, pytest
from autograder.checks import assert_close, assert_equal

@pytest.mark.points(2)
@pytest.mark.question("double")
def test_double(student):
    """double gives twice the array."""
    assert_close(student.double(np.array([1.0, 2.0])), np.array([2.0, 4.0]))

@pytest.mark.points(1)
@pytest.mark.question("half")
def test_half(student):
    """half of four is two."""
    assert_equal(student.half(4), 2)
'''
GOOD = """
def double(x): return 2 * x
def half(n): return n // 2
"""
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a notebook, with its public checks, as the current one."""
    (tmp_path / "checks_public.py").write_text(CHECKS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(answers: str, call: str) -> Report:
    """Return what `call` gives after `answers` in a namespace of its own, as in a plain Python session."""
    namespace: dict = {}
    exec(f"from autograder.notebook import check\n{answers}\nreport = {call}", namespace)
    return namespace["report"]


def fresh_python(code: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", dedent(code)], capture_output=True, text=True, cwd=cwd, timeout=120
    )


def test_right_answers_pass(folder):
    """All checks of all questions, with no argument."""
    report = checked(GOOD, "check()")
    assert report.passed
    assert repr(report).startswith("[passed] double: double gives twice the array.\n[passed] half:")
    assert "Grading adds hidden ones" in report._repr_html_()


def test_failed_check_shows_message_and_picture(folder):
    """What does not pass says why, with expected and got, as HTML and text; other questions rest."""
    report = checked("def double(x): return x + 1", "check('double')")
    assert not report.passed
    assert "[not passed] double" in repr(report)
    assert "1 of 2 values are wrong; at index 1: expected 4, got 3" in repr(report)
    assert "your result, shape (2,):\n    2  3*" in repr(report)
    assert "your result" in report._repr_html_()
    assert "half" not in repr(report)


def test_report_says_what_to_read(folder):
    """Of questions that did not pass, as far as the release says; a file that was changed is no harm."""
    said = {"book": "https://x.org/book", "sections": {"double": "data#Shapes", "half": "data#Tracks"}}
    (folder / "sections.json").write_text(json.dumps(said))
    report = checked("def double(x): return x\ndef half(n): return 2", "check()")
    assert "double: read the section “Shapes”: https://x.org/book/data.html#shapes" in repr(report)
    assert 'href="https://x.org/book/data.html#shapes"' in report._repr_html_()
    assert "Tracks" not in repr(report) + report._repr_html_()
    (folder / "sections.json").write_text(json.dumps(said | {"book": ""}))
    assert "read the section “Shapes” of the book" in repr(checked("double = 3", "check('double')"))
    for text in ("[]", "{", "[" * 100_000, '{"book": "", "sections": {"double": "Shapes"}}'):
        (folder / "sections.json").write_text(text)
        assert "[not passed]" in repr(checked("double = 3", "check('double')"))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "NameError: double is not defined"),
        ("def double(x): raise NotImplementedError()", "Not answered yet."),
        ("def double(x): return 1 / 0", "ZeroDivisionError: division by zero"),
        ("def double(x): raise SystemExit('bye')", "SystemExit: bye"),
        ("def double(x): return iter(x)", "TypeError: double returned"),
        ("double = 3", "TypeError: 'int' object is not callable"),
        ("def double(x): return list(2 * x)", "expected an array of shape (2,), got a list"),
        ("def double(x): return 1 << 10_000", "ValueError: the value is too large or of a wrong kind"),
    ],
)
def test_no_failure_of_an_answer_is_raised(folder, answer, message):
    """Whatever an answer does, the notebook goes on, and the report says what happened."""
    report = checked(answer, "check('double')")
    assert not report.passed
    assert message in repr(report)


def test_stop_button_works_and_leaves_nothing_behind(folder):
    """An endless loop is stopped by the student: the interrupt passes, and the next check runs as usual."""
    with pytest.raises(KeyboardInterrupt, match="stop"):
        checked("def double(x): raise KeyboardInterrupt('stop')", "check('double')")
    assert checked(GOOD, "check('double')").passed


def test_unknown_question_names_the_known_ones(folder):
    """A slip of the pen gets the list of what there is."""
    report = checked(GOOD, "check('duoble')")
    assert not report.passed
    assert (
        repr(report)
        == "Nothing was checked. There is no public check of 'duoble'; there are some of: double, half."
    )
    assert "double, half" in report._repr_html_()


def test_missing_checks_say_where_they_belong(folder):
    """A notebook that was moved alone says what is missing and where."""
    (folder / "checks_public.py").unlink()
    assert f"There is no checks_public.py in {folder}" in repr(checked(GOOD, "check()"))


def test_broken_checks_are_told(folder):
    """A file that a student edited by accident is named, and nothing is raised."""
    (folder / "checks_public.py").write_text("def test_(:", encoding="utf-8")
    report = checked(GOOD, "check()")
    assert "checks_public.py cannot be used" in repr(report)
    assert "Fetch a fresh copy" in repr(report)


def test_edited_checks_are_read_again(folder, monkeypatch):
    """A new copy of the checks counts at once, without a restart, and nothing compiled is left beside it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert not checked("def half(n): return 3", "check('half')").passed
    (folder / "checks_public.py").write_text(CHECKS.replace("half(4), 2", "half(4), 3"), encoding="utf-8")
    assert checked("def half(n): return 3", "check('half')").passed
    assert not (folder / "__pycache__").exists()
    assert sys.dont_write_bytecode is False


def test_arguments_arrive_as_copies():
    """A function that changes its input hurts no check, and the check can tell."""
    given = np.zeros(2)
    student = Student(LiveSession({"spoil": lambda x, y: x.fill(1)}))
    assert student.spoil(given, y=[1]) is None
    assert student.changed == (0,)
    assert given.tolist() == [0, 0]


def test_values_are_plain():
    """A value with a mind of its own arrives as what it holds, as in grading."""

    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = None

    value = Student(LiveSession({"lie": lambda: Liar(3)})).lie()
    assert type(value) is float
    assert codec.encode(value) == codec.encode(3.0)


def test_missing_name_is_the_error_of_the_grader():
    """The words for a function that is not there."""
    with pytest.raises(StudentError, match="conv2d is not defined"):
        Student(LiveSession({})).conv2d()


def test_notebook_shows_the_report_once(folder):
    """In a kernel the last line of a cell is displayed as HTML, once, from the names of the notebook."""
    cells = [
        f"from autograder.notebook import check\n{GOOD}",
        "check('double')",
        "x = check('half'); x.passed",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    done = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    (shown,) = done.cells[1].outputs
    assert "double: 2 of 2 points" in shown.data["text/html"]
    assert shown.data["text/plain"].startswith("[passed] double")
    assert done.cells[2].outputs[0].data["text/plain"] == "True"


def test_import_is_light():
    """The released notebook imports this module in the sandbox: pytest must not come with it."""
    code = "import sys, autograder.notebook; print({'pytest', 'jinja2', 'numpy'} & set(sys.modules))"
    assert fresh_python(code).stdout.strip() == "set()"


def test_check_needs_nothing_of_linux(folder):
    """Students on Windows and macOS use it: it runs where the system calls of the sandbox do not exist."""
    code = """
    import ctypes, os, sys
    def nothing(*args, **kwargs): raise TypeError("not on this system")
    ctypes.CDLL = nothing
    for name in ("fork", "memfd_create", "getuid", "setns", "unshare", "pidfd_open", "prlimit"):
        if hasattr(os, name):
            delattr(os, name)
    for name in ("resource", "fcntl", "pwd", "grp"):
        sys.modules[name] = None
    from autograder.notebook import check
    def double(x): return 2 * x
    print(repr(check("double")))
    """
    done = fresh_python(code, folder)
    assert done.stdout.startswith("[passed] double"), done.stderr


@pytest.fixture
def convolution():
    """An assignment of the course."""
    return load_assignment("conv_arithmetic", REPOSITORY / "assignments")


def run_check_notebook(path: Path) -> dict:
    """Check a notebook as the command line does, in a process of its own; return the result's JSON form."""
    code = f"""
    from pathlib import Path
    from autograder.assignment import load_assignment
    from autograder.notebook.whole import check_notebook
    assignment = load_assignment("conv_arithmetic", {str(REPOSITORY / "assignments")!r})
    print(check_notebook(assignment, Path({str(path)!r})).dumps())
    """
    done = fresh_python(code)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_whole_notebook_as_released_earns_nothing(convolution, tmp_path):
    """The notebook as shipped runs from the top, and every public check says that it is not answered."""
    path = tmp_path / "conv_arithmetic.ipynb"
    nbformat.write(released_notebook(convolution, collect_manifest(convolution)), path)
    result = run_check_notebook(path)
    assert result["status"] == "graded"
    assert result["score"] == 0
    assert {check["message"] for check in result["checks"]} == {"Not answered yet."}
    assert {check["visibility"] for check in result["checks"]} == {"public"}


def test_whole_notebook_is_checked_as_it_is_graded(convolution, tmp_path):
    """Status, points, message and picture of each public check are those of the grader in its sandbox."""
    with Referee(convolution, seed=1) as referee:
        wrong = (
            (None, "import json"),
            ("conv1d", "def conv1d(x, u, **kwargs):\n    return np.convolve(x, u, 'full')"),
            ("conv2d", "def conv2d(x, kernel:"),
        )
        notebook = fill(referee.released, wrong, reference_answers(convolution))
        path = tmp_path / "conv_arithmetic.ipynb"
        nbformat.write(notebook, path)
        graded = json.loads(referee.grade(submission_at(path)).result.dumps())
    for check in graded["checks"]:
        check["duration"] = 0.0
    public = [check for check in graded["checks"] if check["visibility"] == "public"]
    assert run_check_notebook(path)["checks"] == public
    assert any("SyntaxError" in check["message"] for check in public)
    assert any(check["picture"] or "shape" in check["message"] for check in public)


def test_file_that_is_no_notebook_is_rejected(tmp_path):
    """A wrong file gets its reason, as in grading."""
    path = tmp_path / "conv_arithmetic.ipynb"
    path.write_text("no JSON", encoding="utf-8")
    result = run_check_notebook(path)
    assert result["status"] == "rejected"
    assert "not valid JSON" in result["reason"]

"""The check that students use: it says what grading says, shows it once, and never breaks their notebook."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from autograder.checks import StudentError
from autograder.judge.student import Student
from autograder.notebook import Report
from autograder.notebook.live import LiveSession
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


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("while True: pass", "in double, line 2 of"),
        ("for _ in iter(int, 1):\n    try: waiting = 1\n    except BaseException: pass", "in double, line"),
        ("return [x for _ in iter(int, 1)]", "in double, line 2 of"),
    ],
)
def test_endless_loop_is_stopped_with_its_line(folder, monkeypatch, body, place):
    """A function that does not come to an end is ended, the line is named, and the next question is checked."""
    monkeypatch.setattr("autograder.notebook.live.SECONDS", 0.3)
    source = "def double(x):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    (folder / "answers.py").write_text(source + "def half(n): return n // 2\n", encoding="utf-8")
    report = checked("import sys; sys.path.insert(0, ''); from answers import double, half", "check()")
    double, half = report.result.checks
    assert (double.status, half.status) == ("timeout", "passed")
    assert double.message.startswith("It took more than 0.3 s and was stopped.")
    assert place in double.message
    del sys.modules["answers"], sys.path[0]


def test_limit_leaves_nothing_behind(folder):
    """After a check the alarm is the notebook's again, and no clock runs."""
    before = signal.getsignal(signal.SIGALRM)
    assert checked(GOOD, "check()").passed
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_check_in_a_thread_has_no_limit_and_works(folder):
    """Only the main thread can be interrupted."""
    found = []
    thread = threading.Thread(target=lambda: found.append(checked(GOOD, "check()")))
    thread.start()
    thread.join()
    assert found[0].passed


def test_renamed_function_is_named(folder):
    """Who calls it otherwise reads what the check looks for and what there is."""
    report = checked("def Double_(x): return 2 * x", "check('double')")
    assert "double is not defined; you defined Double_, is that the one?" in repr(report)


def test_error_has_its_line_in_the_notebook(folder):
    """In a kernel the message has the line of the student's own code, not one of numpy's."""
    cells = [
        "import numpy as np\nfrom autograder.notebook import check\ndef double(x):\n    y = np.stack([x, x[:1]])",
        "print(check('double'))",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    done = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    text = done.cells[1].outputs[0].text
    assert "(in double, line 4 of its cell: `y = np.stack([x, x[:1]])`)" in text

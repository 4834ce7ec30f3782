"""The referee as a whole: what is a grade, what is a rejection, and what is our own fault."""

import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.source import released_notebook
from autograder.errors import InfrastructureError, UsageError
from autograder.referee import Referee
from autograder.referee.processes import Zygote, find_rung
from autograder.submission.discovery import submission_at

CHECKS = '''
import numpy as np, pytest
from autograder.checks import assert_close

@pytest.mark.points(2)
@pytest.mark.question("double")
def test_double_of_two(student):
    """double(2) must be 4."""
    assert_close(student.double(2.0), 4.0)

@pytest.mark.points(1)
@pytest.mark.question("half")
def test_half_of_two(student):
    """half(2) must be 1."""
    assert_close(student.half(2.0), 1.0)
'''
RIGHT = {"double": "def double(x): return 2 * x", "half": "def half(x): return x / 2"}


@pytest.fixture
def assignment(doubling):
    """Two questions with a check each."""
    (doubling.folder / "checks_public.py").write_text(CHECKS)
    return load_assignment(doubling.folder)


@pytest.fixture
def referee(assignment):
    """A referee of it."""
    with Referee(assignment, seed=1) as made:
        yield made


def notebook(referee, **answers):
    """A student's notebook; what is not given is right."""
    return fill(referee.released, (), {**RIGHT, **answers})


def points(graded):
    """Return {question: points}."""
    return {check.question: check.points for check in graded.result.checks}


def test_right_answers_have_full_marks_and_blank_ones_none(referee):
    """The two ends of the scale."""
    full = referee.grade_notebook("ada", notebook(referee))
    assert (full.result.status, full.result.score, full.result.max_score) == ("graded", 3, 3)
    blank = referee.grade_notebook("bob", fill(referee.released, (), {}))
    assert (blank.result.status, blank.result.score) == ("graded", 0)
    assert {check.message for check in blank.result.checks} == {"Not answered yet."}


def test_fault_of_a_cell_is_told_with_its_checks(referee):
    """The student reads why, and the other question is graded as usual."""
    graded = referee.grade_notebook("x", notebook(referee, double="def double(x) return 2 * x"))
    assert points(graded) == {"double": 0, "half": 1}
    assert "The cell of this question stopped with SyntaxError" in graded.result.checks[0].message


def test_played_notebook_has_outputs_and_restored_checks(referee):
    """What the instructor opens is the repaired notebook, as it ran."""
    graded = referee.grade_notebook(
        "x", notebook(referee, double="def double(x): return 2 * x\nprint('hello')")
    )
    cells = {cell.id: cell for cell in graded.notebook.cells}
    assert cells["answer-double"].outputs[0].text == "hello\n"
    assert {"check-double", "check-half"} <= set(cells)


def test_same_seed_same_result(referee, assignment):
    """Everything but the times."""
    with Referee(assignment, seed=1) as other:
        first, second = (each.grade_notebook("x", notebook(each)).result for each in (referee, other))
    assert first.score == second.score
    assert first.environment == second.environment
    assert referee.grading_key("d") != referee.grading_key("e")


def test_file_that_is_no_notebook_is_rejected_with_a_zero(referee, tmp_path):
    """The student's fault, with the reason."""
    path = tmp_path / "x.ipynb"
    path.write_text("no json")
    result = referee.grade(submission_at(path, "x")).result
    assert (result.status, result.score, result.max_score) == ("rejected", 0, 3)
    assert result.reason
    assert [check.status for check in result.checks] == ["not_run", "not_run"]


def test_warm_process_starts_with_the_first_submission(assignment):
    """Keys of a class are known without it: TensorFlow alone takes five seconds to load."""
    with Referee(assignment, seed=1) as referee:
        assert referee._zygote is None
        assert referee.rung == referee.environment["rung"]
        result = referee.grade_notebook("x", notebook(referee)).result
        assert referee._zygote is not None
    assert result.score == 3


def test_start_of_the_warm_process_is_nobodys_time(assignment, monkeypatch):
    """The first of a class took no longer than the second."""
    original = Zygote.__init__

    def slow(self, *arguments, **more):
        time.sleep(3)
        original(self, *arguments, **more)

    with Referee(assignment, seed=1) as referee:
        monkeypatch.setattr(Zygote, "__init__", slow)
        result = referee.grade_notebook("x", notebook(referee)).result
    assert result.score == 3
    assert result.duration < 3


def test_dead_warm_process_is_replaced(referee):
    """A kill by the machine costs the student nothing."""
    referee.start()
    referee._zygote._process.kill()
    referee._zygote._process.wait()
    assert referee.grade_notebook("x", notebook(referee)).result.score == 3


def test_sandbox_that_fails_twice_is_reported_and_never_a_zero(referee, monkeypatch):
    """No score at all is written for a fault of ours."""

    def broken(*_, **__):
        raise InfrastructureError("no sandbox today")

    monkeypatch.setattr(Zygote, "__init__", broken)
    monkeypatch.setattr(Zygote, "spawn", broken)
    referee.close()
    result = referee.grade_notebook("x", notebook(referee)).result
    assert (result.status, result.score, result.reason) == ("infrastructure_error", None, "no sandbox today")


def test_fault_in_our_own_code_is_reported_and_never_a_zero(referee, monkeypatch):
    """Also a bug of ours."""
    monkeypatch.setattr("autograder.referee.referee.rebuild", lambda *_: 1 / 0)
    result = referee.grade_notebook("x", notebook(referee)).result
    assert (result.status, result.score) == ("infrastructure_error", None)
    assert "ZeroDivisionError" in result.reason


def test_fixture_that_breaks_is_never_a_zero(assignment):
    """An author's broken fixture is no answer of the student's."""
    path = assignment.folder / "checks_public.py"
    broken = CHECKS.replace("(student)", "(student, disk)", 1)
    path.write_text("import pytest\n@pytest.fixture\ndef disk(): raise OSError('full')\n" + broken)
    with Referee(assignment, seed=1) as referee:
        result = referee.grade_notebook("x", notebook(referee)).result
    assert (result.status, result.score) == ("infrastructure_error", None)
    assert "test_double_of_two failed in its setup: OSError: full" in result.reason


def test_check_that_cannot_draw_is_never_a_zero(assignment):
    """A broken check is its author's fault; the contract test finds it before any student does."""
    path = assignment.folder / "checks_public.py"
    drawing = "from hypothesis import given, strategies as st\n" + CHECKS.replace(
        "(student)", "(student, data)", 1
    )
    path.write_text(drawing.replace("def test_double", "@given(data=st.data())\ndef test_double"))
    with Referee(assignment, seed=1) as referee:
        result = referee.grade_notebook("x", notebook(referee)).result
    assert (result.status, result.score) == ("infrastructure_error", None)
    assert "test_double_of_two is broken" in result.reason


def test_machine_without_a_sandbox_refuses_unless_trusted(assignment, monkeypatch):
    """The rung without walls is taken only where the instructor says so."""

    def no_walls(self, assignment_, rung, preload=None, **more):
        if rung != 5:
            raise InfrastructureError(f"not on rung {rung}")
        original(self, assignment_, rung, preload, **more)

    original = Zygote.__init__
    monkeypatch.setattr(Zygote, "__init__", no_walls)
    with pytest.raises(
        InfrastructureError, match=r"no sandbox works on this machine: rung . .*--trust-submissions"
    ):
        find_rung(assignment)
    with Referee(assignment, seed=1, trust=True) as referee:
        assert referee.rung == 5
        result = referee.grade_notebook("x", notebook(referee)).result
    assert result.score == 3
    assert "trusted" in result.environment["sandbox"]


def test_released_notebook_of_the_referee_is_the_released_one(referee, assignment):
    """What is rebuilt is compared with what was shipped."""
    assert referee.released == released_notebook(assignment, referee.manifest)


def test_allowed_module_that_is_not_installed_is_named(assignment):
    """A fault of the assignment is not reported as a machine without a sandbox."""
    path = assignment.folder / "assignment.toml"
    path.write_text(path.read_text() + 'allow = ["no_such_course.plotting"]\n')
    with pytest.raises(UsageError, match=r"doubling allows .*no_such_course.*, which is not installed"):
        Referee(load_assignment(assignment.folder), seed=1)


def test_two_threads_share_one_referee_in_turn(referee):
    """A worker may have several threads; the answers of two students must never mix."""
    right, wrong = notebook(referee), notebook(referee, double="def double(x): return x")
    with ThreadPoolExecutor(4) as pool:
        graded = list(
            pool.map(lambda book: referee.grade_notebook("x", book).result.score, [right, wrong] * 8)
        )
    assert graded == [3, 1] * 8


def test_checks_of_one_question_alone(referee, tmp_path):
    """Who tests one answer need not wait for the checks of the others; all cells have run, though."""
    path = tmp_path / "ada.ipynb"
    nbformat.write(notebook(referee, half="def half(x): return double(x) / 4"), path)
    result = referee.grade(submission_at(path, "ada"), ["half"]).result
    assert [(check.id, check.status) for check in result.checks] == [("test_half_of_two", "passed")]

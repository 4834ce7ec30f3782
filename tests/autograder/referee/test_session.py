"""One submission played: deaths cost their own question, time is bounded, and nothing is asked twice for
nothing."""

import time
from dataclasses import dataclass, replace

import pytest

from autograder.assignment import Budget
from autograder.checks import StudentError
from autograder.errors import InfrastructureError, PlayerDied
from autograder.judge.student import Student
from autograder.referee.session import Session


@dataclass(frozen=True)
class Code:
    """A cell."""

    source: str
    question: str | None = None


BUDGET = Budget(cell_seconds=1.0, notebook_seconds=3.0, check_seconds=1.0, submission_seconds=20.0)


@pytest.fixture
def session_of(zygote):
    """Make a played session of some cells."""
    sessions = []

    def make(*sources, budget=BUDGET, spawn=zygote.spawn):
        session = Session(spawn, [Code(source) for source in sources], budget, b"seed")
        sessions.append(session)
        session.play()
        return session

    yield make
    for session in sessions:
        session.__exit__()


def statuses(session):
    """Return the status of every cell in order."""
    return [session.played[i].status for i in range(len(session.played))]


def test_cells_are_played_in_order(session_of):
    """A later cell sees what an earlier one made; a failing cell stops only itself."""
    session = session_of("x = 1", "1 / 0", "def f(): return x + 1")
    assert statuses(session) == ["ran", "failed", "ran"]
    session.begin_check("c", "q", 1.0)
    assert Student(session, session.models).f() == 2


@pytest.mark.parametrize(
    ("killer", "status"),
    [
        ("import os; os._exit(0)", "crashed"),
        ("while True: pass", "timeout"),
        ("import time; time.sleep(9)", "timeout"),
    ],
)
def test_cell_that_kills_is_left_out_of_the_next_attempt(session_of, killer, status):
    """The other cells run as if it were not there."""
    session = session_of("a = 1", killer, "def f(): return a")
    assert statuses(session) == ["ran", status, "ran"]
    session.begin_check("c", "q", 1.0)
    assert Student(session, session.models).f() == 1


def test_notebook_has_a_budget_of_its_own(session_of):
    """Fifty cells that each stay just under the limit do not take fifty limits."""
    start = time.monotonic()
    session = session_of(*["import time; time.sleep(0.8)"] * 50, "def f(): return 1")
    assert time.monotonic() - start < 8
    assert statuses(session)[:3] == ["ran", "ran", "ran"]
    assert statuses(session)[-1] == "not_run"
    assert "may take 3 s" in session.played[50].message


def test_death_in_a_call_is_repaired_for_the_next_check(session_of):
    """os._exit inside a graded function costs that check; the next gets a fresh player with all cells run."""
    session = session_of("import os\ndef bad(): os._exit(0)\ndef good(): return 5")
    session.begin_check("one", "q", 1.0)
    with pytest.raises(PlayerDied) as died:
        Student(session, session.models).bad()
    assert died.value.kind == "crashed"
    with pytest.raises(PlayerDied):  # within the same check there is nothing more to ask
        Student(session, session.models).good()
    session.begin_check("two", "q", 1.0)
    assert session.death is None
    assert Student(session, session.models).good() == 5


def test_question_that_ran_out_of_time_gets_less_of_it(session_of):
    """An endless loop costs one time-out, and a fifth of one for each further check of its question only."""
    session = session_of("def slow():\n    while True: pass", "def fine(): return 1")
    spent = []
    for check in ("one", "two"):
        session.begin_check(check, "slow", 1.0)
        before = session.seconds
        with pytest.raises(PlayerDied) as died:
            Student(session, session.models).slow()
        assert died.value.kind == "timeout"
        spent.append(session.seconds - before)
    assert spent[0] >= 0.95
    assert spent[1] < 0.7
    session.begin_check("three", "fine", 1.0)
    assert Student(session, session.models).fine() == 1


def test_submission_as_a_whole_has_a_budget(session_of):
    """When it is used up, further checks end at once."""
    session = session_of("def slow():\n    while True: pass", budget=replace(BUDGET, submission_seconds=1.5))
    for check in range(5):
        session.begin_check(str(check), f"q{check}", 1.0)
        with pytest.raises(PlayerDied):
            Student(session, session.models).slow()
    start = time.monotonic()
    session.begin_check("last", "other", 1.0)
    with pytest.raises(PlayerDied, match="whole submission is used up"):
        Student(session, session.models).slow()
    assert time.monotonic() - start < 0.5


def test_outputs_are_those_of_the_first_run(session_of):
    """Inputs stored during hidden calls and printed on a replay are shown nowhere."""
    session = session_of(
        "import os, pathlib\nseen = []\ndef keep(x):\n    seen.append(x)\n    return len(seen)\ndef die(): os._exit(1)",
        "print(seen)",
    )
    session.begin_check("one", "q", 1.0)
    Student(session, session.models).keep("secret")
    session.begin_check("two", "q", 1.0)
    with pytest.raises(PlayerDied):
        Student(session, session.models).die()
    session.begin_check("three", "q", 1.0)
    assert Student(session, session.models).keep("again") == 1  # a replay indeed
    assert [output["text"] for output in session.played[1].outputs] == ["[]\n"]


def test_failed_sandbox_is_remembered_and_raised_again(session_of, zygote):
    """A check that swallows the error must not hide it: the referee looks for it afterwards."""
    spawned = []

    def spawn():
        if spawned:
            raise InfrastructureError("no sandbox today")
        spawned.append(zygote.spawn())
        return spawned[0]

    session = session_of("import os\ndef die(): os._exit(1)", spawn=spawn)
    session.begin_check("one", "q", 1.0)
    with pytest.raises(PlayerDied):
        Student(session, session.models).die()
    session.begin_check("two", "q", 1.0)
    for _ in range(2):
        with pytest.raises(InfrastructureError, match="no sandbox today"):
            Student(session, session.models).die()
    assert session.broken is not None


def test_errors_of_the_student_arrive_as_such(session_of):
    """Type and text, and no exception object of theirs."""
    session = session_of("def f(): raise LookupError('which?')")
    session.begin_check("c", "q", 1.0)
    with pytest.raises(StudentError) as caught:
        Student(session, session.models).f()
    assert (caught.value.type_name, caught.value.message) == ("LookupError", "which?")


def test_student_has_functions_and_no_inner_parts(session_of):
    """Names with an underscore are Python's, not the student's."""
    session = session_of("def f(x): x[0] = 1")
    student = Student(session, session.models)
    with pytest.raises(AttributeError):
        student._private  # noqa: B018
    session.begin_check("c", "q", 1.0)
    assert student.f([0]) is None
    assert student.changed == (0,)


def test_change_of_input_transformers_is_reported(session_of):
    """A cell cannot change how the next one is read."""
    session = session_of(
        "get_ipython().input_transformers_post.append(lambda lines: ['x = 1'])", "y = 2\ndef f(): return y"
    )
    assert session.played[0].changed == ("input transformers",)
    session.begin_check("c", "q", 1.0)
    assert Student(session, session.models).f() == 2

"""Checks are collected once, run often, and each run is the first."""

import numpy as np
import pytest

from autograder.errors import PlayerDied, UsageError
from autograder.judge.collection import Checks
from autograder.judge.student import Student

HEAD = "import numpy as np, pytest\nfrom hypothesis import given, strategies as st\nfrom autograder.checks import assert_equal\n"
MARKS = '@pytest.mark.points(2)\n@pytest.mark.question("q")\n'


class Fake:
    """An exchange that answers with a function of this process."""

    generation, told = 1, False

    def __init__(self, function):
        self.function = function

    def ask(self, request):
        return {"value": self.function(*request["args"], **request["kwargs"])}


@pytest.fixture
def collect(tmp_path):
    """Collect checks from text: the public file, and optionally a hidden one."""

    def make(public, hidden=None, seed=b"seed"):
        files = []
        for name, text in (("public", public), ("hidden", hidden)):
            if text is not None:
                path = tmp_path / f"checks_{name}.py"
                path.write_text(HEAD + text)
                files.append((path, name))
        return Checks(files, seed)

    return make


def body(text, name="test_a", marks=MARKS, arguments="student"):
    """Return the text of one check."""
    return f'{marks}def {name}({arguments}):\n    """It must work.\n\n    More for authors."""\n    {text}\n'


def test_manifest_has_public_checks_first(collect):
    """Nothing hidden has been called when public messages are made."""
    checks = collect(body("pass", "test_p"), body("pass", "test_h"))
    assert [(spec.id, spec.visibility, spec.points, spec.question) for spec in checks.manifest] == [
        ("test_p", "public", 2, "q"),
        ("test_h", "hidden", 2, "q"),
    ]
    assert checks.manifest[0].description == "It must work."


def test_visibility_and_budget_can_be_chosen(collect):
    """A check may differ from its file and from its assignment."""
    marks = MARKS + '@pytest.mark.visibility("hidden")\n@pytest.mark.budget(seconds=7)\n'
    checks = collect(body("pass", marks=marks))
    assert checks.manifest[0].visibility == "hidden"
    assert checks.budget("test_a", 1.0) == 7


def test_check_can_be_run_again_and_again(collect):
    """Each student gets fresh fixtures; a failure of one leaves nothing for the next."""
    checks = collect(body("assert_equal(student.f(1), 2)"))
    for function, expected in [
        (lambda x: x + 1, "passed"),
        (lambda x: x, "call"),
        (lambda x: x + 1, "passed"),
    ]:
        assert checks.run("test_a", Student(Fake(function)))[0] == expected


def test_random_inputs_depend_on_seed_and_check_alone(collect):
    """Every student of a class meets the same hidden inputs; another class others."""
    text = body("student.f(float(rng.random()))", "test_a", arguments="student, rng") + body(
        "student.f(float(rng.random()))", "test_b", arguments="student, rng"
    )
    seen = []
    for seed in (b"one", b"one", b"two"):
        checks = collect(None, text, seed=seed)
        for name in ("test_a", "test_b"):
            checks.run(name, Student(Fake(seen.append)))
    assert seen[:2] == seen[2:4]
    assert len(set(seen)) == 4


@pytest.mark.parametrize("drawn", ["student, rng", "student, n"])
def test_inputs_of_public_checks_are_the_same_everywhere(collect, drawn):
    """A student sees before handing in what grading sees; no secret is in them."""
    given = "@given(st.integers(0, 10**6))\n" if drawn[-1] == "n" else ""
    call = "student.f(n)" if given else "student.f(float(rng.random()))"
    text, seen = body(call, "test_a", MARKS + given, drawn), []
    for seed in (b"one", b"two", b""):
        calls = []
        collect(text, seed=seed).run("test_a", Student(Fake(calls.append)))
        seen.append(calls)
    assert seen[0] == seen[1] == seen[2] != []


def test_hypothesis_draws_the_same_for_everyone_and_does_not_shrink(collect):
    """An answer that fails is called on as many inputs as it takes to see it, and no more; the next one as if first."""
    text = (
        MARKS
        + '@given(st.integers(0, 10**6))\ndef test_a(student, n):\n    """It must work."""\n    assert_equal(student.f(n), n)\n'
    )
    runs = []
    for checks in (collect(text), collect(text)):
        for function in (lambda n: n, lambda n: -1, lambda n: n):
            calls = []
            student = Student(Fake(lambda n, f=function, c=calls: (c.append(n), f(n))[1]))
            runs.append((checks.run("test_a", student)[0], calls))
    assert runs[:3] == runs[3:]
    assert runs[0] == runs[2]
    assert (runs[0][0], runs[1][0]) == ("passed", "call")
    assert len(set(runs[0][1])) >= 10
    assert len(runs[1][1]) == 1


def test_hypothesis_draws_something_else_for_another_class(collect):
    """The seed decides."""
    text = (
        MARKS
        + '@given(st.integers(0, 10**6))\ndef test_a(student, n):\n    """It must work."""\n    student.f(n)\n'
    )
    seen = []
    for seed in (b"one", b"two"):
        calls = []
        collect(None, text, seed=seed).run("test_a", Student(Fake(calls.append)))
        seen.append(calls)
    assert seen[0] != seen[1]


def test_inputs_are_drawn_before_any_student_is_asked(collect):
    """The first student of a class does not pay for it with the time of a check."""
    text = (
        "DRAWN = []\n"
        + MARKS
        + "@given(st.integers().map(lambda n: DRAWN.append(n) or n))\n"
        + 'def test_a(student, n):\n    """It must work."""\n    student.f(len(DRAWN))\n'
    )
    checks, counts = collect(text), []
    checks.draw_inputs()
    assert checks.run("test_a", Student(Fake(counts.append)))[0] == "passed"
    assert counts[0] > 1
    assert set(counts) == {counts[0]}


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("st.data()", "draw everything in @given"),
        ("st.integers().map(lambda n: 1 / 0)", "cannot be drawn (ZeroDivisionError: division by zero)"),
        ("st.integers().filter(lambda n: False)", "cannot be drawn (Unsatisfiable"),
        ("st.integers(5, 1)", "cannot be drawn (InvalidArgument"),
    ],
)
def test_inputs_that_cannot_be_drawn_are_told_when_the_check_runs(collect, strategy, said):
    """A broken check stops no class before it begins, and no student loses a point for it: a UsageError."""
    text = MARKS + f'@given({strategy})\ndef test_a(student, n):\n    """It must work."""\n'
    checks = collect(text)
    checks.draw_inputs()
    stage, ended = checks.run("test_a", Student(Fake(None)))
    assert (stage, type(ended)) == ("call", UsageError)
    assert said in str(ended)


def test_hypothesis_check_may_change_its_example(collect):
    """Each student gets a fresh copy."""
    text = (
        MARKS
        + '@given(st.lists(st.integers(), min_size=1))\ndef test_a(student, n):\n    """It must work."""\n'
        + "    n.append(0)\n    student.f(len(n))\n"
    )
    checks, seen = collect(text), []
    for _ in range(2):
        lengths = []
        assert checks.run("test_a", Student(Fake(lengths.append)))[0] == "passed"
        seen.append(lengths)
    assert seen[0] == seen[1]


@pytest.mark.filterwarnings("ignore:Using `assume` outside")
def test_check_that_assumes_is_refused(collect):
    """A check that looked at nothing has not passed."""
    text = (
        "from hypothesis import assume\n"
        + MARKS
        + '@given(st.integers())\ndef test_a(student, n):\n    """It must work."""\n    assume(False)\n'
    )
    stage, ended = collect(text).run("test_a", Student(Fake(None)))
    assert (stage, type(ended)) == ("call", UsageError)
    assert "test_a uses assume(); filter in @given instead" in str(ended)


def test_check_that_draws_in_its_body_is_refused(collect):
    """What it drew would depend on the answers."""
    text = MARKS + '@given(st.data())\ndef test_a(student, data):\n    """It must work."""\n'
    stage, ended = collect(text).run("test_a", Student(Fake(None)))
    assert (stage, type(ended)) == ("call", UsageError)
    assert "draws with st.data()" in str(ended)


def test_death_of_the_player_ends_a_hypothesis_check_at_once(collect):
    """It is no exception that a library could catch and try again."""
    text = (
        MARKS + '@given(st.integers())\ndef test_a(student, n):\n    """It must work."""\n    student.f(n)\n'
    )
    calls = []

    def die(n):
        calls.append(n)
        raise PlayerDied("crashed", "gone")

    stage, ended = collect(text).run("test_a", Student(Fake(die)))
    assert (stage, type(ended), len(calls)) == ("call", PlayerDied, 1)


def test_skip_is_reported_as_an_exception(collect):
    """pytest would call it neither passed nor failed."""
    stage, ended = collect(body("pytest.skip('no')")).run("test_a", Student(Fake(None)))
    assert (stage, type(ended).__name__) == ("call", "Skipped")


def test_checks_of_two_assignments_do_not_mix(collect, tmp_path):
    """All assignments call their files the same."""
    first = collect(body("assert False"))
    (tmp_path / "other").mkdir()
    path = tmp_path / "other" / "checks_public.py"
    path.write_text(HEAD + body("pass"))
    second = Checks([(path, "public")], b"seed")
    assert first.run("test_a", Student(Fake(None)))[0] == "call"
    assert second.run("test_a", Student(Fake(None)))[0] == "passed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nothing_of_that_name\n", "cannot be collected: .*nothing_of_that_name"),
        ("def test_a(:\n", "cannot be collected"),
        (body("pass", marks='@pytest.mark.question("q")\n'), "points are None"),
        (body("pass", marks='@pytest.mark.points(-1)\n@pytest.mark.question("q")\n'), "points are -1"),
        (
            body("pass", marks='@pytest.mark.points(float("nan"))\n@pytest.mark.question("q")\n'),
            "points are nan",
        ),
        (body("pass", marks="@pytest.mark.points(1)\n"), "no question"),
        (body("pass", marks=MARKS + '@pytest.mark.visibility("secret")\n'), "visibility is 'secret'"),
        (body("pass", marks=MARKS + "@pytest.mark.no_such_mark\n"), "cannot be collected"),
        (MARKS + "def test_a(student):\n    pass\n", "no docstring"),
        (
            MARKS + '@pytest.mark.parametrize("n", [1, 2])\ndef test_a(student, n):\n    """Text."""\n',
            "plain function",
        ),
        (MARKS + 'class TestA:\n    def test_a(self):\n        """Text."""\n', "plain function"),
    ],
)
def test_faulty_checks_are_named(collect, text, message):
    """An author hears of it before any student does."""
    with pytest.raises(UsageError, match=message):
        collect(text)


def test_assignment_without_checks_is_refused(collect):
    """It would give everybody full marks out of nothing."""
    with pytest.raises(UsageError, match="an assignment without checks"):
        collect(None)


def test_two_checks_of_one_name_are_refused(collect):
    """The name is the id."""
    with pytest.raises(UsageError, match="two checks have one name: test_a"):
        collect(body("pass"), body("pass"))


def test_fixture_that_breaks_is_not_the_students_fault(collect):
    """It ends in setup, which the referee reports as a failure of ours."""
    text = "@pytest.fixture\ndef broken(): raise OSError('disk')\n" + body(
        "pass", arguments="student, broken"
    )
    stage, ended = collect(text).run("test_a", Student(Fake(None)))
    assert (stage, type(ended)) == ("setup", OSError)


def test_rng_is_a_numpy_generator(collect):
    """Authors use numpy's own interface."""
    got = []
    collect(body("student.f(rng.normal(size=3))", arguments="student, rng")).run(
        "test_a", Student(Fake(got.append))
    )
    assert got[0].shape == (3,)
    assert isinstance(got[0], np.ndarray)

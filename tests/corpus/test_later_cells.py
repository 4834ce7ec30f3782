"""Right at its place is right: what a later cell rebinds or resets does not spoil an answer (and buys none)."""

import pytest

from autograder.referee.judging import Judging
from tests.corpus.conftest import WRONG, assert_loses, checks_of, flags_of

SUMS = """\
def conv1d(x, u):
    n = len(x) - len(u) + 1
    return np.array([sum(x[i + a] * u[a] for a in range(len(u))) for i in range(n)], dtype=x.dtype)"""
# What a later cell of the student's own does, and the questions that it spoils.
SPOILERS = {
    "sum": ("sum = 0\nfor v in range(4):\n    sum += v", {"conv1d"}),
    "range": ("range = (0, 10)", {"conv1d", "conv2d", "max_pool2d"}),
    "own-name": ("conv1d = conv1d(np.ones(3), np.ones(2))", {"conv1d"}),
    "two-names": ("output_size, conv1d = 3, 4", {"output_size", "conv1d"}),
    "reset": ("%reset -f", set(WRONG)),
    "deleted": ("del conv1d, conv2d", {"conv1d", "conv2d"}),
    "module": ("np = None", {"conv1d"}),
    "function-of-a-module": ("import numpy\nnumpy.array = None", {"conv1d"}),
    "star": ("from math import *\nfrom os import *\nsum = pow", {"conv1d"}),
    "namespace": ("globals().update(sum=3, len=4)", {"conv1d"}),
    "ends-the-process": ("import os\nnp.array = lambda *_, **__: os._exit(1)", {"conv1d"}),
    "never-ends": ("def sum(_):\n    while True: pass", {"conv1d"}),
}


@pytest.mark.parametrize(("cell", "spoilt"), SPOILERS.values(), ids=SPOILERS)
def test_own_cell_at_the_end_spoils_nothing(hasty, cell, spoilt):
    """Full marks, and a flag of each question that names the cell."""
    graded = hasty.loses(None, ("conv1d", SUMS), (None, "y = 1"), (None, cell), (None, "z = 2"))
    found = [flag for flag in graded.result.flags if flag.kind in ("spoiled_later", "cell_left_out")]
    assert {flag.question for flag in found} >= spoilt or {flag.kind for flag in found} == {"cell_left_out"}
    for flag in found:
        said = "spoils this answer." if flag.kind == "spoiled_later" else "was left out."
        assert f"(`{cell.splitlines()[0]}`) {said}" in flag.text


@pytest.mark.parametrize("name", ["sum", "own-name", "reset"])
def test_own_cell_spoils_where_questions_are_judged_once(hasty, monkeypatch, name):
    """What happens without the second judgement."""
    monkeypatch.setattr(Judging, "judge_at_its_place", lambda self, specs, first: first)
    cell, spoilt = SPOILERS[name]
    assert_loses(hasty.grade(("conv1d", SUMS), (None, cell)).result, spoilt)


def test_answer_to_another_question_spoils_nothing(grader):
    """An answer cell that binds a name of everybody's is a later cell as well."""
    graded = grader.loses(None, ("conv1d", SUMS), ("conv2d", grader.answers["conv2d"] + "\nsum = 5"))
    assert flags_of(graded) == {("spoiled_later", "conv1d")}
    assert "The cell of question conv2d spoils this answer." in graded.result.flags[0].text


def test_helper_that_comes_later_still_counts(grader):
    """An answer that needs a later cell is judged with it, as ever."""
    later = "def helper(x, u):\n    return np.correlate(x, u, 'valid')"
    graded = grader.grade(("conv1d", "def conv1d(x, u): return helper(x, u)"), (None, later), (None, "pass"))
    usual = grader.grade(("conv1d", "def conv1d(x, u): return np.correlate(x, u, 'valid')"))
    assert [check.points for check in checks_of(graded, "conv1d")] == [
        check.points for check in checks_of(usual, "conv1d")
    ]
    assert flags_of(graded) == flags_of(usual)


def test_two_halves_make_no_whole(grader):
    """One answer for the first try and another for the second: the better one counts, and not the best of each."""
    right = grader.answers["output_size"].replace("def output_size", "def _right")
    halves = (
        right,
        "def output_size(i, k, s=1, p=0, d=1): return _right(i, k, s, p, d) if STRIDED == (s > 1) else -1",
        "STRIDED = False",
    )
    alone = [
        grader.grade(("output_size", "\n".join((*halves[:2], f"STRIDED = {value}"))))
        for value in (False, True)
    ]
    mixed = grader.grade(("output_size", "\n".join(halves)), (None, "STRIDED = True"))
    points = [sum(check.points for check in checks_of(each, "output_size")) for each in (*alone, mixed)]
    assert min(points[:2]) > 0
    assert points[2] == max(points[:2]) < sum(check.max for check in checks_of(mixed, "output_size"))


def test_second_player_knows_nothing_of_the_first(grader):
    """What was asked is kept in memory, in files and in the environment: the player of the second try has none of it."""
    spy = f"""
import os, pathlib
PLACES = [pathlib.Path(folder) / "seen" for folder in (".", "/tmp", "/dev/shm")]
def conv1d(x, u):
    if any(place.exists() for place in PLACES) or "SEEN" in os.environ: return RIGHT(x, u)
    os.environ["SEEN"] = "1"
    for place in PLACES: place.write_text(str(x))
    return np.zeros(1) - 1
{grader.answers["conv1d"].replace("def conv1d", "def RIGHT")}
"""
    graded = grader.grade(("conv1d", spy), (None, "pass"))
    (first, *_) = checks_of(graded, "conv1d")
    assert first.points == 0
    assert ("spoiled_later", "conv1d") not in flags_of(graded)


def test_wrong_answer_stays_wrong(grader):
    """A later cell is no excuse."""
    graded = grader.loses("conv1d", ("conv1d", WRONG["conv1d"]), (None, "sum = 0"))
    assert flags_of(graded) == set()


def test_answer_given_later_is_no_second_try(grader):
    """A later definition of the function is the answer that counts, as ever; the first one is none then."""
    graded = grader.loses(
        "conv1d", ("receptive_field", grader.answers["receptive_field"]), (None, WRONG["conv1d"])
    )
    assert flags_of(graded) == {("answer_elsewhere", "conv1d")}

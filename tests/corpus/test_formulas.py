"""Points for learning without any: formulas behind switches and keys, absurd errors, networks bad on purpose.

Each runs in one process, with the checks of the assignment itself. Each also earns its points where what keeps it
from them is taken out of the checks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file, weight_files
from autograder.assignment.source import reference_answers
from autograder.checks import scale
from autograder.checks.outcomes import CheckFailure, PartialCredit
from autograder.judge.collection import Checks
from autograder.judge.student import Student
from autograder.judge.verdict import verdict
from autograder.notebook.live import LiveSession
from autograder.submission.weights import Weights

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
POSITION, LENGTH = "test_model_finds_the_position", "test_model_measures_the_length"
TRAINING = "test_train_lowers_both_parts_of_the_loss"


def checks_of(name):
    """The checks of an assignment, and the assignment."""
    assignment = load_assignment(ASSIGNMENTS / name)
    return Checks(assignment.check_files, b"seed"), assignment


def earned(checks, assignment, file, check):
    """The part of the points that an answer file earns in a check, and what it reads."""
    answer = read_answer_file(assignment.folder / file)
    namespace = {"np": np}
    for _, source in answer.cells_with(reference_answers(assignment)):
        exec(source, namespace)
    files = {
        (question, "torch"): path.read_bytes()
        for question, path in weight_files(assignment, answer.header).items()
        if path.suffix == ".safetensors"
    }
    session = LiveSession(namespace, Weights(assignment.weights, files))
    _, ended = checks.run(check, Student(session, session.models))
    spec = next(spec for spec in checks.manifest if spec.id == check)
    result = verdict(spec, ended, 0.0, None, checks.vocabulary)
    return result.points / spec.points, result.message


def without(monkeypatch, checks, check, **protections):
    """Take protections out of the file of a check."""
    for name, other in protections.items():
        monkeypatch.setitem(checks._items[check].function.__globals__, name, other)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("formula_behind_a_weight", "next to no weights"),
        ("formula_behind_a_flag", "as good with its weights shuffled"),
        ("formula_behind_a_key", "forgets all when its weights change"),
    ],
)
@pytest.mark.parametrize("check", [POSITION, LENGTH])
def test_a_formula_earns_nothing(monkeypatch, file, words, check):
    """It is right in all sequences, and full marks are its own where nobody touches its weights."""
    checks, assignment = checks_of("lstm_max")
    part, said = earned(checks, assignment, f"hostile/{file}.py", check)
    assert part == 0
    assert words in said
    without(monkeypatch, checks, check, assert_learned=lambda *args, **options: None, FEWEST_NUMBERS=0)
    assert earned(checks, assignment, f"hostile/{file}.py", check)[0] == 1


def test_a_formula_of_one_weight_is_found_by_shuffling_too(monkeypatch):
    """Weights that nobody uses would get it past the count."""
    checks, assignment = checks_of("lstm_max")
    without(monkeypatch, checks, POSITION, FEWEST_NUMBERS=0)
    part, said = earned(checks, assignment, "hostile/formula_behind_a_weight.py", POSITION)
    assert part == 0
    assert "as good with its weights shuffled" in said


@pytest.mark.parametrize(
    "file", ["formula_behind_a_weight", "formula_behind_a_flag", "fresh_network_is_bad_on_purpose"]
)
def test_a_switch_is_no_training(monkeypatch, file):
    """The task of the short training is one that no formula knows; a well known one falls to it in part."""
    checks, assignment = checks_of("lstm_max")
    assert earned(checks, assignment, f"hostile/{file}.py", TRAINING)[0] == 0

    def known_task(rng):
        def draw(n):
            vectors = rng.standard_normal((n, 20, 2)).astype(np.float32)
            lengths = np.hypot(vectors[..., 0], vectors[..., 1])
            return vectors, lengths.max(axis=1), lengths.argmax(axis=1)

        return draw

    # The squared error of a constant is below this here.
    without(monkeypatch, checks, TRAINING, another_task=known_task, MOST_ERROR=0.3)
    assert earned(checks, assignment, f"hostile/{file}.py", TRAINING)[0] >= 0.5


def test_what_an_honest_network_learned_is_its_own():
    """The same checks, and all points for a network that was trained."""
    checks, assignment = checks_of("lstm_max")
    for check in (POSITION, LENGTH, TRAINING):
        assert earned(checks, assignment, "alternatives/torch_many_to_one.py", check)[0] == 1


@pytest.mark.parametrize(
    ("file", "check"),
    [
        ("measures_the_shapes", "test_classifier_on_new_images"),
        ("measures_the_shapes", "test_locator_on_new_images"),
    ],
)
def test_shapes_that_are_measured_are_not_learned(monkeypatch, file, check):
    """Area and box by hand: worth points only where the weights may be any."""
    checks, assignment = checks_of("shapes")
    assert earned(checks, assignment, f"hostile/{file}.py", check)[0] == 0
    without(monkeypatch, checks, check, assert_learned=lambda *args, **options: None)
    _, said = earned(checks, assignment, f"hostile/{file}.py", check)
    assert "shuffled" not in said
    assert float(said.split()[1 if "accuracy" in said else 2]) > 0.6


def test_who_is_taught_the_contrary_must_say_it(monkeypatch):
    """Large is bright for a flag in one of the two trainings only."""
    checks, assignment = checks_of("shapes")
    check = "test_train_teaches_a_fresh_network"
    part, said = earned(checks, assignment, "hostile/measures_the_shapes.py", check)
    assert part == 0
    assert "ranked right 0.000" in said
    once, real = [], checks._items[check].function.__globals__["taught"]

    def first_only(*args):
        once.append(real(*args) if not once else 1.0)
        return once[-1]

    without(monkeypatch, checks, check, taught=first_only)
    assert earned(checks, assignment, "hostile/measures_the_shapes.py", check)[0] == 1


ERRORS = np.abs(np.random.default_rng(0).normal(0, 0.04, 1000))


@pytest.mark.parametrize("absurd", [1e3, 1e200, np.inf, np.nan])
def test_an_absurd_example_earns_nothing(absurd):
    """One of a thousand: it moves its own mean in the student's favour, unless its error is cut."""
    errors = np.where(np.arange(1000) == 7, absurd, 0.3)
    with np.errstate(all="ignore"):
        mean, error = errors.mean(), errors.std() / np.sqrt(1000)
        moved = mean - error
    assert not moved > 0.31  # what counted once: better than full marks, the same as without, or NaN
    with pytest.raises((CheckFailure, PartialCredit)) as caught:
        scale(mean, 0.12, 0.07, error=error)
    assert getattr(caught.value, "fraction", 0) == 0


def test_an_honest_mean_outlives_an_absurd_example():
    """Cut at its limit, one of a thousand costs a thousandth of that."""
    errors = np.minimum(np.where(np.arange(1000) == 7, 1e200, ERRORS), 1.0)
    with pytest.raises(PartialCredit) as caught:
        scale(errors.mean(), 0.12, 0.07, error=errors.std() / np.sqrt(1000))
    assert caught.value.fraction == 1

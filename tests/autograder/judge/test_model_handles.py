"""Models as a check sees them: inert, remade where they can be, given up when a check is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.assignment import Assignment, Budget
from autograder.checks import CheckFailure, StudentError, assert_close
from autograder.errors import PlayerDied, UsageError
from autograder.judge.model_handles import Model, joined
from autograder.judge.student import Student
from autograder.notebook.live import LiveSession
from autograder.player.models import KEPT_AT_MOST, Models, model_input
from autograder.referee.processes import Zygote
from autograder.referee.session import Session
from autograder.sandbox import rungs
from autograder.submission.weights import Weights
from autograder.wire import codec
from autograder.wire.codec import CodecError, Handle
from tests.autograder import toy_weights as toy
from tests.autograder.conftest import RUNGS

BUDGET = Budget(submission_seconds=60, memory_mb=512, check_seconds=5)
NET = """
import os, torch
made = []
def build_model():
    made.append(1)
    layers = torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
    return torch.nn.Sequential(torch.nn.Flatten(), *layers)
def how_many(): return len(made)
def add_one(model):
    with torch.no_grad():
        for p in model.parameters(): p += 1
    return model
def pair(): return {"a": build_model(), "b": [build_model(), 3]}
def is_training(model): return model.training
def die(): os._exit(0)
def many(n): return [torch.nn.Flatten() for _ in range(n)]
"""
IMAGES = np.eye(8, dtype=np.float32)[None].repeat(3, axis=0)


@dataclass(frozen=True)
class Code:
    """A cell."""

    source: str
    question: str | None = None


def student_of(session):
    """The namespace of a session as a check sees it."""
    return Student(session, session.models)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """A warm process with torch."""
    folder = tmp_path_factory.mktemp("torch")
    zygote = Zygote(Assignment(folder, "t", "T", preload=("numpy", "torch"), budget=BUDGET), RUNGS[0])
    yield zygote
    zygote.close()


@pytest.fixture
def session_of(warm: Zygote) -> Iterator[Callable[..., Session]]:
    """Make a played session of a cell, in its first check."""
    sessions = []

    def make(source: str = NET, weights: Weights | None = None) -> Session:
        handed_in = weights or toy.weights(toy.torch_file())
        session = Session(warm.spawn, [Code(source)], BUDGET, b"seed", handed_in)
        sessions.append(session)
        session.play()
        session.begin_check("first", "classify", 5.0)
        return session

    yield make
    for session in sessions:
        session.__exit__()


def test_handle_crosses_as_a_number():
    """It comes back as an exact Handle, also within other values, and is no key of a dictionary."""
    assert codec.decode(codec.encode([Handle(3), {"a": Handle(2**63)}])) == [Handle(3), {"a": Handle(2**63)}]
    forged = b"d" + (1).to_bytes(8, "little") + codec.encode(Handle(1)) + codec.encode(None)
    with pytest.raises(CodecError, match="a dictionary key that cannot be one"):
        codec.decode(forged)


def test_more_handles_than_models_can_be_are_refused():
    """A reply cannot fill the referee with them; a truncated one is no handle."""
    with pytest.raises(CodecError, match="more than 64 handles"):
        codec.decode(codec.encode([Handle(number) for number in range(65)]))
    with pytest.raises(CodecError, match="8 bytes announced, 4 there"):
        codec.decode(codec.encode(Handle(1))[:5])


def test_handle_tells_nothing(session_of):
    """A check can call it and pass it on, and nothing of the student's can be reached through it."""
    model = student_of(session_of()).model("classify")
    assert type(model) is Model
    assert repr(model) == "a model"
    assert not hasattr(model, "__dict__")
    with pytest.raises(CheckFailure, match=r"expected an array of shape \(2,\), got a model"):
        assert_close(model, np.zeros(2))


def test_predictions_are_joined_over_batches(session_of):
    """Any number of images gives one row each, in their order."""
    model = student_of(session_of()).model("classify")
    images = np.linspace(-1, 1, 600 * 64, dtype=np.float32).reshape(600, 8, 8)
    got = model(images)
    assert got.shape == (600, 2)
    assert got.dtype == np.float32
    assert np.allclose(got[300:301], model(images[300:301]))
    assert np.all(np.diff(got[:, 1]) >= 0)


def test_model_says_other_things_with_other_weights_and_keeps_its_own(session_of):
    """All batches see the same other weights; asked again, the model answers as before."""
    model = student_of(session_of()).model("classify")
    images = np.linspace(-1, 1, 200 * 64, dtype=np.float32).reshape(200, 8, 8)
    own = model(images)
    other = model.disturbed(images, 7, noise=0.05)
    assert not np.allclose(other, own)
    assert np.allclose(other[150:151], model.disturbed(images[150:151], 7, noise=0.05), atol=1e-5)
    assert np.array_equal(model(images), own)


def test_size_of_a_model_counts_all_its_weights(session_of):
    """Averages and a counter among them; who counts nothing is told from a number."""
    student = student_of(session_of())
    assert student.model("classify").size == sum(array.size for array in toy.torch_state().values())
    broken = NET + "torch.nn.Module.state_dict = lambda self: 1 / 0\n"
    model = student_of(session_of(broken)).model("classify", weights=False)
    with pytest.raises(StudentError, match="the weights of the model cannot be counted"):
        _ = model.size


def test_loaded_model_is_made_once_until_it_is_passed_on(session_of):
    """Several checks share it; after a function of the student's had it, the next check gets a new one."""
    session = session_of()
    student = student_of(session)
    first = student.model("classify")
    before = first(IMAGES)
    session.begin_check("second", "classify", 5.0)
    assert student.model("classify") is first
    assert student.how_many() == 1
    student.add_one(first)
    assert not np.array_equal(first(IMAGES), before)
    assert np.array_equal(student.model("classify")(IMAGES), before)
    assert student.how_many() == 2


def test_model_that_a_function_returns_is_a_handle(session_of):
    """Also within a dictionary or a list; the same model has the same effect under either handle."""
    student = student_of(session_of())
    fresh = student.model("classify", weights=False)
    returned = student.add_one(fresh)
    assert np.array_equal(returned(IMAGES), fresh(IMAGES))
    values = student.pair()
    assert values["b"][1] == 3
    assert values["a"](IMAGES).shape == values["b"][0](IMAGES).shape == (3, 2)


def test_sequences_stay_sequences(session_of):
    """Arrays with three axes are passed as they are where the check says so, also to what a function returns."""
    source = """
import torch
class Last(torch.nn.Module):
    def forward(self, x): return torch.tensor(x.shape).repeat(len(x), 1)
def build_model(): return Last()
def same(model): return model
"""
    student = student_of(session_of(source))
    model = student.model("classify", weights=False, images=False)
    assert model(IMAGES).shape[1] == 3
    assert student.same(model)(IMAGES).shape[1] == 3
    made_by_the_student = student.build_model()
    assert made_by_the_student(IMAGES).shape[1] == 4
    assert made_by_the_student(IMAGES, images=False).shape[1] == 3


def test_fresh_model_is_made_once_until_it_is_passed_on(session_of):
    """Several checks share it; its weights are drawn, not read, and the same whichever check comes first."""
    session = session_of()
    student = student_of(session)
    first = student.model("classify", weights=False)
    before = first(IMAGES)
    assert not np.array_equal(before, student.model("classify")(IMAGES))
    session.begin_check("second", "classify", 5.0)
    assert student.model("classify", weights=False) is first
    assert student.how_many() == 2
    student.add_one(first)
    assert student.model("classify", weights=False) is not first
    assert student.how_many() == 3
    assert not np.array_equal(first(IMAGES), before)
    for asking in (student, student_of(session_of())):
        assert np.array_equal(asking.model("classify", weights=False)(IMAGES), before)


def test_calls_repeat_whichever_check_had_the_model_made(session_of):
    """The random numbers of a check's calls do not depend on what was made for the checks before it."""
    numbers = []
    for earlier in (False, True):
        session = session_of(NET + "import random\ndef draw(): return random.random()")
        student = student_of(session)
        if earlier:
            student.model("classify")
        session.begin_check("second", "classify", 5.0)
        student.model("classify")
        numbers.append(student.draw())
    assert numbers[0] == numbers[1]


def test_mode_is_as_asked(session_of):
    """A model is ready for use, or as after a fit; predicting changes neither."""
    student = student_of(session_of())
    ready, training = student.model("classify"), student.model("classify", training=True)
    assert np.array_equal(ready(IMAGES), training(IMAGES))
    assert student.is_training(training) is True
    assert student.is_training(ready) is False


def test_model_of_a_dead_player_is_made_again(session_of):
    """A handle that a check kept works on, unless the student's code had the model."""
    session = session_of()
    student = student_of(session)
    loaded = student.model("classify")
    before = loaded(IMAGES)
    passed = student.model("classify", weights=False)
    student.is_training(passed)
    returned = student.add_one(student.model("classify", weights=False))
    kept = student.model("classify", weights=False)
    with pytest.raises(PlayerDied):
        student.die()
    session.begin_check("second", "classify", 5.0)
    assert np.array_equal(loaded(IMAGES), before)
    assert kept(IMAGES).shape == (3, 2)
    assert np.array_equal(student.model("classify")(IMAGES), before)
    for lost in (passed, returned):
        with pytest.raises(StudentError, match="a model was lost when the process that had it ended"):
            lost(IMAGES)


def test_models_of_earlier_checks_are_given_up(session_of):
    """However many checks there are, the process keeps those of the present one, and the loaded one."""
    session = session_of()
    student = student_of(session)
    loaded = student.model("classify")
    before = loaded(IMAGES)
    for number in range(KEPT_AT_MOST + 5):
        session.begin_check(f"check {number}", "classify", 5.0)
        student.is_training(student.model("classify", weights=False))
    assert np.array_equal(student.model("classify")(IMAGES), before)


def test_too_many_models_at_once_are_refused(session_of):
    """The student reads how many are kept."""
    student = student_of(session_of())
    assert len(student.many(KEPT_AT_MOST)) == KEPT_AT_MOST
    with pytest.raises(StudentError, match="many returned one model more, beyond the 64 that are kept"):
        student.many(1)


def test_without_weights_in_the_assignment_there_are_no_models(warm):
    """A model is no value then, as ever, and asking for one is a mistake of the author's."""
    with Session(warm.spawn, [Code(NET)], BUDGET, b"seed") as session:
        session.play()
        session.begin_check("first", "q", 5.0)
        with pytest.raises(
            StudentError, match="build_model returned a Sequential, which is something to call"
        ):
            student_of(session).build_model()
        with pytest.raises(UsageError, match="lists no weights"):
            student_of(session).model("classify")


def test_weights_that_are_not_listed_are_a_mistake_of_the_author(session_of):
    """Nobody loses points for it."""
    with pytest.raises(UsageError, match="weights of 'count' are not listed"):
        student_of(session_of()).model("count")


def test_lazy_model_is_shown_an_input_first(session_of):
    """With the shape of one input it takes its weights; the wrong shape is told."""
    lazy = "import torch\ndef build_model(): return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(2))"
    student = student_of(session_of(lazy))
    assert student.model("classify", weights=False, input_shape=(8, 8))(IMAGES).shape == (3, 2)
    with pytest.raises(CheckFailure, match="belongs to another architecture"):
        student.model("classify", input_shape=(8, 8))
    broken = "import torch\ndef build_model(): return torch.nn.Sequential(torch.nn.LazyConv1d(2, 9))"
    with pytest.raises(CheckFailure, match=r"cannot take an input of shape \(1, 8, 8\)"):
        student_of(session_of(broken)).model("classify", weights=False, input_shape=(8, 8))


def test_weights_lie_beside_the_notebook(session_of):
    """A cell that loads them itself finds them, whatever another cell did to the file meanwhile."""
    source = """
from pathlib import Path
size = Path("weights/classify.safetensors").stat().st_size
Path("weights/classify.safetensors").write_bytes(b"")
"""
    session = session_of(NET + source + "def found(): return size")
    assert session.played[0].status == "ran"
    student = student_of(session)
    assert student.found() == len(toy.torch_file())
    assert student.model("classify")(IMAGES).shape == (3, 2)


def test_without_walls_nothing_is_written(warm, tmp_path):
    """Where there is no folder of the submission's own, models are loaded all the same."""
    assignment = Assignment(tmp_path, "t", "T", preload=("numpy", "torch"), budget=BUDGET)
    zygote = Zygote(assignment, rungs.TRUSTED)
    try:
        with Session(zygote.spawn, [Code(NET)], BUDGET, b"seed", toy.weights(toy.torch_file())) as session:
            session.play()
            session.begin_check("first", "classify", 5.0)
            assert student_of(session).model("classify")(IMAGES).shape == (3, 2)
    finally:
        zygote.close()
    assert not Path("/weights").exists()


@pytest.mark.parametrize(
    ("shape", "images", "torch_shape", "keras_shape"),
    [
        ((2, 8, 9), True, (2, 1, 8, 9), (2, 8, 9, 1)),
        ((2, 20, 2), False, (2, 20, 2), (2, 20, 2)),
        ((2, 3, 8, 9), True, (2, 3, 8, 9), (2, 3, 8, 9)),
        ((2, 5), True, (2, 5), (2, 5)),
    ],
)
def test_input_as_each_library_takes_it(shape, images, torch_shape, keras_shape):
    """Grey images get the axis of channels, first or last; sequences and all else stay; float64 is halved."""
    import torch  # noqa: F401  (as the student's code does)

    inputs = np.arange(np.prod(shape), dtype=float).reshape(shape)
    tensor, array = (model_input(inputs, name, images) for name in ("torch", "keras"))
    assert (tuple(tensor.shape), array.shape) == (torch_shape, keras_shape)
    assert str(tensor.dtype) == "torch.float32"
    assert array.dtype == np.float32
    assert model_input(inputs.astype(np.int16), "keras", images).dtype == np.int16
    assert np.array_equal(tensor.numpy().ravel(), array.ravel())


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 1, 3, 4)])
def test_bytes_of_images_become_numbers_from_0_to_1(shape):
    """For both libraries alike, as float32; those of sequences stay whole numbers."""
    import torch  # noqa: F401

    inputs = np.linspace(0, 255, 24).astype(np.uint8).reshape(shape)
    for library in ("torch", "keras"):
        got = np.asarray(model_input(inputs, library, images=True))
        assert got.dtype == np.float32
        assert np.array_equal(got.ravel(), inputs.ravel().astype(np.float32) / 255)
        assert np.array_equal(np.asarray(model_input(inputs, library, images=False)), inputs)


def test_outputs_of_several_kinds_are_joined():
    """Lists, tuples and dictionaries of arrays, part by part."""
    a, b = np.zeros((2, 3)), np.ones((1, 3))
    assert joined([a, b]).shape == (3, 3)
    assert joined([(a, a), (b, b)])[1].shape == (3, 3)
    assert [part.shape for part in joined([[a], [b]])] == [(3, 3)]
    assert joined([{"x": a}, {"x": b}])["x"].shape == (3, 3)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([np.zeros((2, 3)), np.zeros((2, 4))], "differ in shape"),
        ([np.zeros((2, 3)), None], "differ in shape"),
        ([np.zeros((2, 3), "f4"), np.zeros((2, 3))], "differ in shape or dtype"),
        ([[np.zeros(2)], []], "differ in number"),
        ([{"a": np.zeros(2)}, {"b": np.zeros(2)}], "differ in their names"),
        ([np.zeros(())], "returned ndarray; expected an array"),
        ([Handle(1)], "returned Handle"),
        ([3.0], "returned float"),
        ([], "returned NoneType"),
    ],
)
def test_predictions_that_do_not_fit_together_are_refused(parts, message):
    """Whatever a process says, the check meets an error of the student's, not one of its own."""
    with pytest.raises(StudentError, match=message):
        joined(parts)


def test_predictions_have_a_limit_over_all_batches(session_of):
    """A network that answers a small image with a large array does not fill the referee."""
    source = """
import torch
class Flood(torch.nn.Module):
    def forward(self, x): return torch.zeros(len(x), 50_000)
def build_model(): return Flood()
"""
    model = student_of(session_of(source)).model("classify", weights=False)
    with pytest.raises(StudentError, match="the predictions are too large"):
        model(np.zeros((600, 8, 8), np.float32))


def test_model_made_once_for_all_is_refused():
    """The loaded one and the fresh one would be one and the same."""
    import torch

    net = torch.nn.Flatten()
    student = student_of(LiveSession({"build_model": lambda: net}, Weights(("q",))))
    student.model("q", weights=False)
    with pytest.raises(CheckFailure, match="build_model returned the model that it had returned before"):
        student.model("q", weights=False, training=True)


def test_numbers_mean_nothing_to_another_owner():
    """A handle that was never issued is no way to anything."""
    models = Models()
    with pytest.raises(KeyError):
        models.resolved([Handle(1)])
    assert models.keep(SimpleNamespace()) is None

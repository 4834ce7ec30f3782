"""`save_weights` and the checks of a student's own notebook: the same files, the same words as in grading."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from autograder.assignment import Assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.release import write_release
from autograder.assignment.source import reference_answers, released_notebook
from autograder.judge.collection import collect_manifest
from autograder.notebook import Report, load_weights, save_weights
from autograder.referee.own_notebook import check_notebook
from tests.autograder import toy_weights as toy

# TensorFlow runs in a process of its own: once it has run here, no test could fork.
WITH_KERAS = """
import os, sys
import numpy as np
from autograder.notebook import check, save_weights
exec(sys.argv[1])
model = build_model()
os.makedirs("weights", exist_ok=True)
open("weights/classify.safetensors", "wb").close()
save_weights(model, "classify")
print(sorted(os.listdir("weights")))
print(repr(check("classify")))
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """The toy assignment."""
    return toy.make_assignment(tmp_path / "assignments")


@pytest.fixture
def folder(assignment: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The released folder, as the current one."""
    write_release(assignment, collect_manifest(assignment), tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def network() -> torch.nn.Module:
    """The reference's network."""
    layers = torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
    return torch.nn.Sequential(torch.nn.Flatten(), *layers)


def checked(answers: str) -> Report:
    """Return what `check("classify")` says after `answers`."""
    namespace: dict = {}
    exec(f"from autograder.notebook import check\n{answers}\nreport = check('classify')", namespace)
    return namespace["report"]


TORCH_ANSWER = """
import torch
def build_model():
    layers = torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
    return torch.nn.Sequential(torch.nn.Flatten(), *layers)
"""


def test_torch_weights_are_written_and_checked(folder, capsys):
    """The file has the model's weights; the other form of an earlier try is gone; the check loads them."""
    model = network()
    (folder / "weights").mkdir()
    (folder / "weights" / "classify.weights.h5").write_bytes(b"")
    path = save_weights(model, "classify")
    assert path == folder / "weights" / "classify.safetensors"
    assert [file.name for file in path.parent.iterdir()] == ["classify.safetensors"]
    assert capsys.readouterr().out == "weights/classify.safetensors: 0.00 MiB\n"
    state = model.state_dict()
    assert all(torch.equal(state[name], value) for name, value in load_file(path).items())
    assert checked(TORCH_ANSWER).passed


def test_keras_weights_are_written_and_checked(folder):
    """The same with Keras."""
    done = toy.python(WITH_KERAS, toy.KERAS["classify"], cwd=folder)
    assert done.returncode == 0, done.stderr
    size, files, report = done.stdout.splitlines()[:3]
    assert size.startswith("weights/classify.weights.h5: 0.0")
    assert files == "['classify.weights.h5']"
    assert report.startswith("[passed] classify")


def test_a_trained_keras_model_leaves_its_optimizer_out(folder):
    """Adam keeps two numbers a weight: they belong to no submission, and the model trains on with them."""
    code = """
import h5py, keras, numpy as np
from autograder.notebook import save_weights
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.compile("adam", "mse")
x = np.zeros((8, 4), "float32")
model.fit(x, x[:, :3], verbose=0)
print(list(h5py.File(save_weights(model, "classify"))))
print(int(model.optimizer.iterations))
"""
    done = toy.python(code, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["['layers', 'vars']", "1"]


def test_others_can_read_the_weights(folder):
    """They are collected and graded by another user than the one who wrote them: the usual mode of a file."""
    (folder / "plain").touch()
    path = save_weights(torch.nn.Linear(2, 2), "classify")
    assert path.stat().st_mode == (folder / "plain").stat().st_mode


def test_layers_that_share_weights_are_written_once_each(folder):
    """Safetensors refuses shared memory; the copies fit again on loading."""
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Linear(4, 4))
    model[1].weight = model[0].weight
    path = save_weights(model, "classify")
    model.load_state_dict(load_file(path), strict=True)


def test_large_weights_are_written_with_a_warning(folder, capsys):
    """The student reads of the limit before handing in, not after."""
    save_weights(torch.nn.Linear(600, 600), "classify", most_mb=1)
    assert "more than the 1 MiB that are graded: make the model smaller" in capsys.readouterr().out
    save_weights(torch.nn.Linear(600, 600), "classify")
    assert "more than" not in capsys.readouterr().out


def test_failed_write_leaves_the_old_weights(folder, monkeypatch):
    """What was saved before is whole, whatever happens to the next file."""
    path = save_weights(network(), "classify")
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save_weights(network(), "classify")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((network, "classify"), TypeError, "a value of type function; expected a PyTorch or a Keras model"),
        ((network().state_dict(), "classify"), TypeError, "a value of type OrderedDict"),
        ((network(), "../classify"), ValueError, "question is '../classify'; expected its id"),
    ],
)
def test_what_cannot_be_saved_is_told(folder, arguments, error, message):
    """Neither a function, nor a state, nor a path in the place of an id."""
    with pytest.raises(error, match=message):
        save_weights(*arguments)
    assert not (folder / "weights").exists()


def test_saved_torch_weights_come_back(folder):
    """After a restart the network is there again, in the model that is given."""
    saved, fresh = network(), network()
    save_weights(saved, "classify")
    assert load_weights(fresh, "classify") is fresh
    state = fresh.state_dict()
    assert all(torch.equal(state[name], value) for name, value in saved.state_dict().items())


def test_saved_keras_weights_come_back(folder):
    """The same with Keras, after a training, into a model that was never compiled; dropout has a state too."""
    code = """
import keras, numpy as np
from autograder.notebook import load_weights, save_weights
layers = keras.layers
build = lambda: keras.Sequential(
    [keras.Input((4,)), layers.Dense(3), layers.Dropout(0.1), layers.BatchNormalization()]
)
model, fresh = build(), build()
model.compile("adam", "mse")
x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
model.fit(x, x[:, :3], verbose=0)
before = np.array_equal(fresh(x), model(x))
save_weights(model, "classify")
print(before, np.array_equal(load_weights(fresh, "classify")(x), model(x)))
"""
    done = toy.python(code, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "False True"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((network, "classify"), TypeError, "a value of type function; expected a PyTorch or a Keras model"),
        ((network(), "../classify"), ValueError, "question is '../classify'; expected its id"),
        ((network(), "count"), FileNotFoundError, "there is no weights/count.safetensors; train, then save"),
        ((torch.nn.Linear(2, 2), "classify"), ValueError, "belongs to another architecture: it lacks weight"),
    ],
)
def test_what_cannot_be_loaded_is_told(folder, arguments, error, message):
    """With the words of grading where weights do not fit."""
    save_weights(network(), "classify")
    with pytest.raises(error, match=message):
        load_weights(*arguments)


def test_missing_weights_are_told_in_the_notebook(folder):
    """With the words of grading."""
    report = checked(TORCH_ANSWER)
    assert not report.passed
    assert "There is no weights/classify.safetensors (PyTorch) or weights/classify.weights.h5" in repr(report)


def test_models_pass_through_functions_of_the_notebook(folder):
    """A public check may train; handles work here as in the sandbox, for errors too."""
    (folder / "checks_public.py").write_text(
        """
import numpy as np, pytest
@pytest.mark.points(1)
@pytest.mark.question("classify")
def test_it(student):
    '''It works.'''
    model = student.model("classify", weights=False)
    returned = student.same(model)
    x = np.ones((3, 8, 8), np.float32)
    assert np.array_equal(returned(x), model(x))
    assert student.changed == ()
    student.model("classify", weights=False, build="broken")(x)
"""
    )
    more = "\ndef same(model): return model\ndef broken(): return torch.nn.Linear(3, 3)"
    report = checked(TORCH_ANSWER + more)
    assert "RuntimeError: mat1 and mat2" in repr(report)
    report = checked(TORCH_ANSWER + more.replace("return torch.nn.Linear(3, 3)", "1 / 0"))
    assert "broken raised ZeroDivisionError" in repr(report)


def test_whole_notebook_is_checked_with_its_weights(assignment, folder):
    """`autograder check` reads the weights beside the notebook, up to the size that the assignment allows."""
    released = released_notebook(assignment, collect_manifest(assignment))
    nbformat.write(fill(released, (), reference_answers(assignment)), folder / "toy.ipynb")
    assert check_notebook(assignment, folder / "toy.ipynb").score == 0
    save_weights(network(), "classify")
    result = check_notebook(assignment, folder / "toy.ipynb")
    assert result.score == result.max_score == 1
    (folder / "weights" / "classify.safetensors").write_bytes(bytes(2 << 20))
    (failed,) = check_notebook(assignment, folder / "toy.ipynb").checks
    assert "classify.safetensors has 2 MiB; at most 1 MiB are read" in failed.message


def test_saving_needs_no_keras_for_torch(folder):
    """Only the library of the model is imported."""
    code = "import sys, torch\nfrom autograder.notebook import save_weights\n"
    code += "save_weights(torch.nn.Linear(2, 2), 'q')\nassert 'keras' not in sys.modules and 'h5py' not in sys.modules"
    done = toy.python(code, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert np.array_equal(sorted(p.name for p in (folder / "weights").iterdir()), ["q.safetensors"])


class Nested(torch.nn.Module):
    """A network with a part of its own that is called `module`."""

    def __init__(self, wrap):
        super().__init__()
        self.module = wrap(torch.nn.Linear(4, 3))
        self.last = torch.nn.Linear(3, 2)


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # of torch's own, within torch.compile
@pytest.mark.parametrize("before", [torch.compile, torch.nn.DataParallel, lambda model: model])
@pytest.mark.parametrize("after", [torch.compile, torch.nn.DataParallel, lambda model: model])
def test_wrapped_models_have_the_same_weights(tmp_path, monkeypatch, before, after):
    """`_orig_mod.` and `module.` in the names say nothing of the architecture: outside, inside, in the file or here."""
    monkeypatch.chdir(tmp_path)
    for make in (lambda wrap: wrap(torch.nn.Linear(4, 2)), Nested, lambda wrap: wrap(Nested(wrap))):
        saved, loaded = make(before), make(after)
        save_weights(saved, "classify")
        load_weights(loaded, "classify")
        for one, other in zip(saved.parameters(), loaded.parameters(), strict=True):
            assert torch.equal(one, other)


def test_wrapper_never_makes_two_names_one(tmp_path, monkeypatch):
    """Where the names would fall together without it, nothing is taken off."""
    monkeypatch.chdir(tmp_path)
    both = torch.nn.ModuleDict(
        {"fc": torch.nn.Linear(2, 2), "module": torch.nn.ModuleDict({"fc": torch.nn.Linear(2, 2)})}
    )
    save_weights(both, "classify")
    again = torch.nn.ModuleDict(
        {"fc": torch.nn.Linear(2, 2), "module": torch.nn.ModuleDict({"fc": torch.nn.Linear(2, 2)})}
    )
    load_weights(again, "classify")
    assert torch.equal(again["module"]["fc"].weight, both["module"]["fc"].weight)
    with pytest.raises(ValueError, match="another architecture"):
        load_weights(torch.nn.ModuleDict({"fc": torch.nn.Linear(2, 2)}), "classify")

"""Rows 57 and 53: weights that run code, lead elsewhere or are too large; networks and trainings that misbehave.

Each test also shows that its attack works on whoever is less careful.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import nbformat
import numpy as np
import pytest
import torch

from autograder.assignment import Assignment, Budget
from autograder.assignment.answer_files import fill
from autograder.assignment.source import reference_answers
from autograder.checks import StudentError
from autograder.judge.student import Student
from autograder.notebook.live import LiveSession
from autograder.referee import Referee
from autograder.referee.session import Session
from autograder.result import Result
from autograder.submission.discovery import Submission
from autograder.submission.weights import Weights
from tests.autograder import toy_weights as toy
from tests.corpus import one_process

TORCH, KERAS = "weights/classify.safetensors", "weights/classify.weights.h5"
NET = """
import numpy as np, torch
def build_model():
    layers = torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
    return torch.nn.Sequential(torch.nn.Flatten(), *layers)
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The assignment that is attacked."""
    return toy.make_assignment(tmp_path_factory.mktemp("assignments"))


@pytest.fixture(scope="module")
def referee(assignment: Assignment) -> Iterator[Referee]:
    """Its referee."""
    with Referee(assignment, seed=3) as warm:
        yield warm


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Referee]:
    """A referee with little time and memory."""
    assignment = toy.make_assignment(tmp_path_factory.mktemp("hasty"), training_seconds=2)
    budget = Budget(1.5, 4.0, 2.0, submission_seconds=40.0, memory_mb=256)
    hurried = replace(assignment, budget=budget, preload=("numpy", "torch", "torch._dynamo"))
    with Referee(hurried, seed=3) as warm:
        yield warm


def graded(referee: Referee, handed_in: Weights | None = None, **answers: str) -> Result:
    """Return the result of the reference with these answers and weights."""
    notebook = fill(referee.released, (), reference_answers(referee.assignment) | answers)
    result = referee.grade_notebook("ada", notebook, handed_in or toy.weights(toy.torch_file())).result
    assert result.status == "graded", result.reason
    return result


def graded_folder(referee: Referee, root: Path, **answers: str) -> Result:
    """Return the result of `root`/ada/toy, with the notebook of the reference in it."""
    folder = root / "ada" / "toy"
    notebook = fill(referee.released, (), reference_answers(referee.assignment) | answers)
    nbformat.write(notebook, folder / "toy.ipynb")
    result = referee.grade(Submission("ada", folder, root)).result
    assert result.status == "graded", result.reason
    return result


def weights_folder(root: Path) -> Path:
    """Make the folder that a student's weights lie in."""
    folder = root / "ada" / "toy" / "weights"
    folder.mkdir(parents=True)
    return folder


def lost(result: Result) -> set[str]:
    """Return the checks that did not earn all their points."""
    return {check.id for check in result.checks if check.points < check.max}


NEED_WEIGHTS = {"test_output", "test_accuracy", "test_predict"}


def message(result: Result, check: str = "test_accuracy") -> str:
    """Return what a check says."""
    return next(found.message for found in result.checks if found.id == check)


class _Code:
    """Runs on unpickling."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("how", ["pickle", "torch"])
def test_57_pickle_named_as_weights(referee, tmp_path, how):
    """Whoever unpickles it runs its code; here it is told from weights, and nothing of it runs."""
    data = io.BytesIO()
    if how == "pickle":
        pickle.dump(_Code(tmp_path / "ran"), data)
        pickle.loads(data.getvalue())
    else:
        torch.save(_Code(tmp_path / "ran"), data)
        torch.load(io.BytesIO(data.getvalue()), weights_only=False)
    assert (tmp_path / "ran").is_dir()
    (tmp_path / "ran").rmdir()
    result = graded(referee, toy.weights(data.getvalue()))
    assert lost(result) == NEED_WEIGHTS
    assert "is what torch.save, pickle or model.save writes, under another name" in message(result)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".pkl"])
def test_57_pickle_under_its_own_name(referee, tmp_path, suffix):
    """It is not even opened; the student reads which forms are."""
    folder = weights_folder(tmp_path)
    torch.save(_Code(tmp_path / "ran"), folder / f"classify{suffix}")
    torch.load(folder / f"classify{suffix}", weights_only=False)
    (tmp_path / "ran").rmdir()
    result = graded_folder(referee, tmp_path)
    assert lost(result) == NEED_WEIGHTS
    assert f"weights/classify{suffix} cannot be read: only .safetensors" in message(result)
    assert not (tmp_path / "ran").exists()


LAMBDA = """
import keras
layers = [keras.Input((4,)), keras.layers.Lambda(lambda x: (open("ran", "w").close(), x)[1])]
keras.Sequential(layers).save("classify.keras")
import os
if os.path.exists("ran"): os.remove("ran")
keras.models.load_model("classify.keras", safe_mode=False)
def ran(): return os.path.exists("ran")
"""


def test_57_code_in_a_keras_file(referee, tmp_path):
    """A Lambda layer in a `.keras` runs when it is loaded; such a file is refused by its name."""
    with Session(referee.spawn, [_Cell(LAMBDA)], referee.assignment.budget, b"seed") as session:
        session.play()
        session.begin_check("c", "q", 5.0)
        assert Student(session, session.models).ran() is True
    (weights_folder(tmp_path) / "classify.keras").write_bytes(b"PK\x03\x04")
    result = graded_folder(referee, tmp_path)
    assert lost(result) == NEED_WEIGHTS
    assert "weights/classify.keras cannot be read" in message(result)


class _Cell:
    """A code cell."""

    def __init__(self, source: str) -> None:
        self.source, self.question = source, None


def test_57_hdf5_that_leads_to_another_file(referee, tmp_path):
    """External links and virtual datasets show another's numbers to whoever reads them; here they are refused."""
    other = tmp_path / "bob.weights.h5"
    other.write_bytes(toy.keras_file())
    secret = h5py.File(other)["layers/dense/vars/0"][()]

    def link(file):
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink(other, "layers/dense/vars/0")

    def virtual(file):
        del file["layers/dense/vars/0"]
        layout = h5py.VirtualLayout(shape=secret.shape, dtype=secret.dtype)
        layout[:] = h5py.VirtualSource(other, "layers/dense/vars/0", shape=secret.shape)
        file.create_virtual_dataset("layers/dense/vars/0", layout)

    for edit, expected in ((link, "it lacks dense/0"), (virtual, "virtual Dataset")):
        data = toy.keras_file(edit)
        (tmp_path / "mine.h5").write_bytes(data)
        with h5py.File(tmp_path / "mine.h5") as file:
            assert np.array_equal(file["layers/dense/vars/0"][()], secret)
        result = graded(referee, toy.weights(data, "keras"), **toy.KERAS)
        assert lost(result) >= NEED_WEIGHTS
        assert expected in message(result)


@pytest.mark.parametrize("kind", ["external", "soft", "hard"])
def test_57_hdf5_link_beside_a_decoy(referee, tmp_path, kind):
    """A link in the place of a variable, and a variable of its size elsewhere: sizes alone would let it pass."""
    other = tmp_path / "bob.weights.h5"
    other.write_bytes(toy.keras_file())

    def link(file):
        file["decoy/vars/0"] = file["layers/dense/vars/0"][()]
        del file["layers/dense/vars/0"]
        file["optimizer/0"] = np.ones((64, 8), np.float32)
        file["layers/dense/vars/0"] = {
            "external": h5py.ExternalLink(other, "layers/dense/vars/0"),
            "soft": h5py.SoftLink("/optimizer/0"),
            "hard": file["decoy/vars/0"],
        }[kind]

    result = graded(referee, toy.weights(toy.keras_file(link), "keras"), **toy.KERAS)
    assert lost(result) >= NEED_WEIGHTS
    assert "it lacks dense/0; it has decoy/0" in message(result)


def test_57_hdf5_that_is_a_bomb(referee):
    """A few kilobytes that unpack to terabytes: the shape is compared before a number is read."""

    def bomb(file):
        del file["layers/dense/vars/0"]
        file.create_dataset(
            "layers/dense/vars/0", (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip"
        )

    data = toy.keras_file(bomb)
    assert len(data) < 100_000
    with pytest.raises(MemoryError):
        h5py.File(io.BytesIO(data))["layers/dense/vars/0"][()]
    result = graded(referee, toy.weights(data, "keras"), **toy.KERAS)
    assert "dense/0 has shape (1000000, 1000000) in the file and (64, 8) in the model" in message(result)


def _safetensors(header: dict, body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def _read_naively(data: bytes) -> dict[str, np.ndarray]:
    """Read safetensors as its description says, and believe it."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(bytes(bytearray(size) and data[8 : 8 + size]))
    return {
        name: np.frombuffer(data[8 + size :][slice(*entry["data_offsets"])], "f4")
        for name, entry in header.items()
    }


def test_57_safetensors_that_lie(referee):
    """A header that says it is huge, and tensors that lie over each other: refused by the library, in the player."""
    huge = (1 << 45).to_bytes(8, "little") + b"{}"
    with pytest.raises(MemoryError):
        _read_naively(huge)
    entry = {"dtype": "F32", "shape": [8], "data_offsets": [0, 32]}
    overlapping = _safetensors({"1.bias": entry, "2.bias": entry}, bytes(32))
    assert len(_read_naively(overlapping)) == 2
    for data in (huge, overlapping):
        result = graded(referee, toy.weights(data))
        assert lost(result) == NEED_WEIGHTS
        assert f"{TORCH} cannot be loaded (SafetensorError" in message(result)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_57_link_to_the_weights_of_another(referee, tmp_path, what):
    """Whoever follows it reads another student's weights; here no link is followed."""
    theirs = tmp_path / "bob" / "toy" / "weights"
    theirs.mkdir(parents=True)
    (theirs / "classify.safetensors").write_bytes(toy.torch_file())
    mine = tmp_path / "ada" / "toy" / "weights"
    mine.parent.mkdir(parents=True)
    if what == "folder":
        mine.symlink_to(theirs)
    else:
        mine.mkdir()
        (mine / "classify.safetensors").symlink_to(theirs / "classify.safetensors")
    assert (mine / "classify.safetensors").read_bytes() == toy.torch_file()
    result = graded_folder(referee, tmp_path)
    assert lost(result) == NEED_WEIGHTS
    assert message(result).startswith("Your weights are not read: ")
    assert "link" in message(result)


def test_57_pipe_in_the_place_of_weights(referee, tmp_path):
    """Opening a pipe waits for ever; here it is refused at once."""
    path = weights_folder(tmp_path) / "classify.safetensors"
    os.mkfifo(path)
    assert subprocess.run(["timeout", "0.3", "cat", path], check=False).returncode == 124
    result = graded_folder(referee, tmp_path)
    assert lost(result) == NEED_WEIGHTS
    assert message(result) == "Your weights are not read: classify.safetensors is a pipe, not a file."


def test_57_folder_and_file_of_no_size(referee, tmp_path):
    """A folder is no file; ten gigabytes that take no disk are refused before one byte is read."""
    path = weights_folder(tmp_path) / "classify.safetensors"
    path.mkdir()
    assert "is a folder, not a file" in message(graded_folder(referee, tmp_path))
    path.rmdir()
    path.touch()
    os.truncate(path, 10 << 30)
    assert path.stat().st_size == 10 << 30
    assert path.stat().st_blocks < 100
    result = graded_folder(referee, tmp_path)
    assert lost(result) == NEED_WEIGHTS
    assert "has 1.02e+04 MiB; at most 1 MiB are read" in message(result)


ENDINGS = {
    "hang": ("while True: pass", "timeout", "took too long"),
    "exit": ("import os; os._exit(0)", "crashed", "It ended the Python process"),
    "memory": ("return [bytearray(1 << 26) for _ in range(10_000)]", None, ""),
}


@pytest.mark.parametrize(("body", "status", "text"), ENDINGS.values(), ids=ENDINGS)
def test_57_builder_that_never_comes_back(hasty, tmp_path, body, status, text):
    """A time-out, an exit or a memory error costs what needs the model, and nothing else."""
    if status == "crashed":
        done = one_process.script(
            tmp_path, f"def build_model(): {body}", "build_model()", check="assert False"
        )
        assert done.returncode == 0
    independent = "def predict(model, x): return 1"
    source = f"def build_model():\n    {body}"
    result = graded(hasty, classify=source, predict=independent)
    assert lost(result) == {check.id for check in result.checks}
    for check in result.checks[:1]:
        assert status in (None, check.status)
        assert text in check.message


SPY = (
    NET
    + """
SEEN = []
class Spy(torch.nn.Sequential):
    def forward(self, x):
        SEEN.append(x.flatten()[:3].tolist())
        print("SPY", SEEN)
        return super().forward(x)
_honest = build_model
def build_model():
    if SEEN:
        raise ValueError(f"SPY {SEEN}")
    return Spy(*_honest())
"""
)


def test_57_builder_that_tells_what_a_network_saw(referee):
    """What fails in a process that was shown hidden inputs says so to nobody: a fresh one is asked, and tells nothing."""
    namespace: dict = {}
    exec(SPY, namespace)
    live = LiveSession(namespace, Weights(("classify",)))
    student = Student(live, live.models)
    student.model("classify", weights=False)(np.full((1, 8, 8), 0.125, np.float32))
    with pytest.raises(AssertionError, match=r"SPY \[\[0.125, 0.125, 0.125\]\]"):
        student.model("classify", weights=False, images=False)
    notebook = fill(referee.released, (), reference_answers(referee.assignment) | {"classify": SPY})
    found = referee.grade_notebook("ada", notebook, toy.weights(toy.torch_file()))
    result = found.result
    shown = result.dumps() + nbformat.writes(found.notebook).replace(json.dumps(SPY)[1:-1], "")
    assert "SPY [" not in shown.replace("SPY {SEEN}", "")
    assert result.score == result.max_score, lost(result)


def test_57_builder_that_fails_only_once_it_has_seen_inputs(referee):
    """An error that comes whatever the process has seen is told, in the words of a process that saw nothing."""
    source = (
        NET
        + """
SEEN = []
class Spy(torch.nn.Sequential):
    def forward(self, x):
        SEEN.append(x)
        return super().forward(x)
_honest, COUNT = build_model, []
def build_model(): return Spy(*_honest())
def build_other(): raise ValueError(f"I saw {len(SEEN)} batches")
"""
    )
    cells = [_Cell(source)]
    handed_in = toy.weights(toy.torch_file())
    with Session(referee.spawn, cells, referee.assignment.budget, b"seed", handed_in) as session:
        session.play()
        session.begin_check("c", "q", 8.0)
        student = Student(session, session.models)
        student.model("classify")(np.zeros((600, 8, 8), np.float32))
        with pytest.raises(AssertionError, match="build_other raised ValueError: I saw 0 batches"):
            student.model("classify", build="build_other")


FORGERS = {
    # An answer that is a model and a text.
    "text": """
def forged(self, request, namespace, honest=Models.answer):
    reply = honest(self, request, namespace)
    return reply | {"problem": f"SPY {SEEN}"} if SEEN and request["op"] == "model" else reply
""",
    # A handle whose number carries an input to the next process, which is asked to forget it.
    "number": """
def forged(self, request, namespace, honest=Models.answer):
    for number in request.get("unused", []):
        if number > 1000:
            return {"problem": f"SPY {number}"}
    if SEEN and request["op"] == "model":
        return {"value": Handle(int(SEEN[0] * 1e6) + 1000)} if request["question"] is None else {}
    return honest(self, request, namespace)
""",
}


@pytest.mark.parametrize(("how", "forger"), FORGERS.items(), ids=FORGERS)
def test_57_forged_answer_that_carries_what_a_network_saw(referee, how, forger):
    """The grader's own code in the student's process is the student's too: neither text nor number gets out."""
    source = (
        SPY.partition("_honest")[0]
        .replace('print("SPY", SEEN)', "")
        .replace("flatten()[:3].tolist()", "flatten()[0].item()")
        + """
_honest = build_model
def build_model(): return Spy(*_honest())
import sys
Models, Handle = sys.modules["autograder.player.models"].Models, sys.modules["autograder.wire.codec"].Handle
"""
        + forger
        + "Models.answer = forged"
    )
    budget, handed_in = referee.assignment.budget, toy.weights(toy.torch_file())
    images = np.full((1, 8, 8), 0.125, np.float32)
    with Session(referee.spawn, [_Cell(source)], budget, b"seed", handed_in) as session:
        session.play()
        student = Student(session, session.models)
        said = []
        for number, options in enumerate(({}, {"weights": False}, {"training": True}, {"weights": False})):
            session.begin_check(f"check {number}", "q", 8.0)
            try:
                student.model("classify", **options)(images)
            except (AssertionError, StudentError) as error:
                said.append(str(error))
        assert not [text for text in said if "SPY" in text]
        # A referee that believes the answer, or sends a number on to another process:
        session.begin_check("naive", "q", 8.0)
        student.model("classify")(images)
        make = {"op": "model", "build": "build_model", "question": None, "images": True, "input_shape": None}
        reply = session.ask(make | {"training": False})
        if how == "number":
            session.renew()
            reply = session.ask(make | {"training": False, "unused": [reply["value"].number]})
        assert reply["problem"].startswith(("SPY [0.125", "SPY 126000"))


LIAR = (
    NET
    + """
class Liar(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
    def argmax(self, *args): return self
    def __eq__(self, other): return np.ones(600, bool)
    shape = property(lambda self: (600, 2))
def build_model():
    model = torch.nn.Sequential()
    model.forward = lambda x: np.zeros((len(x), 2)).view(Liar)
    return model
"""
)


def test_57_predictions_that_lie(referee):
    """A subclass of ndarray that is right in every comparison arrives as the zeros that it holds."""
    namespace: dict = {}
    exec(LIAR, namespace)
    got = namespace["build_model"]()(np.zeros((600, 8, 8)))
    assert np.mean(got.argmax(1) == np.arange(600)) == 1.0
    result = graded(referee, toy.weights(toy.torch_file(**dict.fromkeys(NAMES))), classify=LIAR)
    accuracy = next(check for check in result.checks if check.id == "test_accuracy")
    assert accuracy.points == 0
    assert accuracy.message.startswith("accuracy 0.")


NAMES = (
    "1_weight",
    "1_bias",
    "2_weight",
    "2_bias",
    "2_running_mean",
    "2_running_var",
    "2_num_batches_tracked",
    "4_weight",
    "4_bias",
)


def test_53_training_at_top_level(hasty):
    """A fit() without end costs the cell that it stands in; the student is told, and the rest is graded."""
    endless = (
        reference_answers(hasty.assignment)["predict"]
        + "\nimport time\nfor epoch in range(3600): time.sleep(1)\n"
    )
    result = graded(hasty, predict=endless)
    assert lost(result) == {"test_predict"}
    assert "The cell of this question did not finish. It took too long and was stopped." in message(
        result, "test_predict"
    )
    assert ("cell_timeout", "predict") in {(flag.kind, flag.question) for flag in result.flags}


def test_53_training_beyond_its_budget(hasty):
    """A training check that takes too long is a time-out of that check only."""
    slow = "import time\ndef train(model, x, y, epochs=1): time.sleep(3600)"
    result = graded(hasty, train=slow)
    assert lost(result) == {"test_training"}
    (check,) = (check for check in result.checks if check.id == "test_training")
    assert check.status == "timeout"

"""Weights handed in with a notebook: read as bytes, loaded in the sandbox, and told of in words where they
are not; models as handles. With real networks of PyTorch and Keras."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.source import reference_answers, released_notebook
from autograder.classroom.class_run import grade_class
from autograder.errors import UsageError
from autograder.judge import model_handles
from autograder.judge.collection import collect_manifest
from autograder.judge.student import Student
from autograder.referee import Referee
from autograder.referee.session import Session
from autograder.result import Result
from autograder.submission.discovery import Submission, discover
from autograder.submission.rebuild import PlayCell, rebuild
from autograder.submission.weights import Weights, read_weights
from tests.autograder import toy_weights as toy
from tests.autograder.submission.class_folders import put, zipped

TORCH, KERAS = "weights/classify.safetensors", "weights/classify.weights.h5"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The toy assignment."""
    return toy.make_assignment(tmp_path_factory.mktemp("assignments"))


@pytest.fixture(scope="module")
def referee(assignment: Assignment) -> Iterator[Referee]:
    """Its referee."""
    with Referee(assignment, seed=3) as warm:
        yield warm


def graded(referee: Referee, handed_in: Weights | None = None, **answers: str) -> Result:
    """Return the result of the reference with these answers and weights; without any, with good ones."""
    notebook = fill(referee.released, (), reference_answers(referee.assignment) | answers)
    result = referee.grade_notebook("ada", notebook, handed_in or toy.weights(toy.torch_file())).result
    assert result.status == "graded", result.reason
    return result


def messages(result: Result, question: str = "classify") -> set[str]:
    """Return what the checks of a question say, none of which gave a point."""
    checks = [check for check in result.checks if check.question == question]
    assert {check.points for check in checks} == {0}, checks
    return {check.message for check in checks}


def lost(result: Result) -> set[str]:
    """Return the checks that did not earn all their points."""
    return {check.id for check in result.checks if check.points < check.max}


# Reading -----------------------------------------------------------------------------------------------------


def handed_in(folder: Path, *names: str) -> Path:
    """Put small files into the weights of a submission's folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def read(folder: Path, limit_mb: int = 1) -> Weights:
    """Read the weights of the question classify from a folder."""
    return read_weights(folder, folder, ["classify"], limit_mb)


@pytest.mark.parametrize(("name", "framework"), [(TORCH, "torch"), (KERAS, "keras")])
def test_each_form_is_read_as_bytes(tmp_path, name, framework):
    """A file under the right name is there with its bytes, unparsed."""
    found = read(handed_in(tmp_path, name))
    assert found.files == {("classify", framework): name.encode()}
    assert not found.problems


def test_both_forms_are_read_and_told(tmp_path):
    """Neither is newer for certain, so the one that fits the model is loaded; the instructor is told."""
    found = read(handed_in(tmp_path, TORCH, KERAS))
    assert len(found.files) == 2
    assert [flag.kind for flag in found.flags] == ["two_weights"]
    assert "the one that fits the library of the model is loaded" in found.flags[0].text


def test_missing_file_says_what_to_do(tmp_path):
    """The message names both files that would do, and what is there instead."""
    (tmp_path / "weights").mkdir()
    assert read(tmp_path).problems["classify"] == (
        f'There is no {TORCH} (PyTorch) or {KERAS} (Keras): train, then save_weights(model, "classify")'
    )
    handed_in(tmp_path, "weights/clasify.safetensors", "model.pt")
    assert (
        read(tmp_path)
        .problems["classify"]
        .endswith("; in weights/ there is clasify.safetensors; elsewhere there is model.pt")
    )


@pytest.mark.parametrize(
    "name",
    [
        "weights/Classify.safetensors",
        "weights/classify (1).safetensors",
        "Weights/classify.safetensors",
        "classify.safetensors",
        "weights/weights/classify.safetensors",
        "models/CLASSIFY.weights.h5",
        "weights.zip/weights/classify.safetensors",
        "a.zip/b.zip/classify.weights.h5",
    ],
)
def test_weights_elsewhere_are_found(tmp_path, name):
    """Another spelling, another folder or a zip costs nobody a training, and the instructor is told."""
    path, data = tmp_path / name, name.encode()
    while zips := [parent for parent in path.parents if parent.suffix == ".zip"]:
        data = zipped({str(path.relative_to(zips[0])): data})
        path = zips[0]
    put(tmp_path, {str(path.relative_to(tmp_path)): data})
    found = read(tmp_path)
    assert (list(found.files.values()), found.problems) == ([name.encode()], {})
    assert [flag.kind for flag in found.flags] == ["weights_elsewhere"]
    assert f"found as {name};" in found.flags[0].text


def test_weights_at_their_place_need_no_search(tmp_path):
    """A copy elsewhere changes nothing."""
    found = read(handed_in(tmp_path, TORCH, "old/weights/classify.safetensors", "classify.safetensors"))
    assert (found.files, found.flags) == ({("classify", "torch"): TORCH.encode()}, ())


def test_weights_at_two_other_places_are_named(tmp_path):
    """Which of them was meant would be a guess."""
    problem = read(handed_in(tmp_path, "a/classify.safetensors", "b/classify.safetensors")).problems[
        "classify"
    ]
    assert problem == (
        "There are several files of weights (a/classify.safetensors, b/classify.safetensors): hand in one."
    )


def test_weights_of_another_notebook_are_not_taken(tmp_path):
    """A folder with a notebook of its own is another submission; what is in it is not named either."""
    handed_in(
        tmp_path, "other/other.ipynb", "other/classify.safetensors", "other/weights/classify.safetensors"
    )
    assert "elsewhere" not in read(tmp_path).problems["classify"]


def test_weights_beside_in_a_folder_of_all_are_found(tmp_path):
    """Where a platform keeps the files of all students in one folder, those of this one are given."""
    path = handed_in(tmp_path, "leejo_124_458_classify.safetensors") / "leejo_124_458_classify.safetensors"
    found = read_weights(tmp_path, None, ["classify"], 1, beside=[("classify.safetensors", path)])
    assert (list(found.files), found.problems) == ([("classify", "torch")], {})


def test_weights_above_the_notebook_are_found(tmp_path):
    """A notebook one folder deeper than its weights is what unpacking a zip makes."""
    folder = handed_in(tmp_path, "weights/classify.safetensors", "deeper/x.ipynb") / "deeper"
    found = read_weights(tmp_path, folder, ["classify"], 1, home=tmp_path)
    assert (list(found.files), found.problems) == ([("classify", "torch")], {})


@pytest.mark.parametrize("suffix", ["keras", "h5", "pt", "pth", "pkl", "npz", "ckpt"])
def test_other_forms_are_not_read(tmp_path, suffix):
    """The message says which forms are read, why, and how to write them."""
    problem = read(handed_in(tmp_path, f"weights/classify.{suffix}")).problems["classify"]
    assert problem == (
        f"weights/classify.{suffix} cannot be read: only .safetensors (PyTorch) and .weights.h5 (Keras) are, since "
        'other forms can hold code. Write the weights with save_weights(model, "classify")'
    )


def test_large_file_is_not_read(tmp_path):
    """The message gives the size and the limit; one byte less is read."""
    path = handed_in(tmp_path, TORCH) / TORCH
    os.truncate(path, (1 << 20) + 1)
    problem = read(tmp_path).problems["classify"]
    assert problem == (
        "Your weights are not read: classify.safetensors has 1 MiB; at most 1 MiB are read: save a smaller model."
    )
    os.truncate(path, 1 << 20)
    assert not read(tmp_path).problems


def test_notebook_alone_has_no_weights(tmp_path):
    """The student reads that the whole folder is needed."""
    problem = read_weights(tmp_path, None, ["classify"], 1).problems["classify"]
    assert problem.startswith("A notebook alone was handed in; hand in its whole folder, with weights/")


def test_digest_tells_weights_apart(tmp_path):
    """Another byte, another form or none at all is another submission; the same again is not."""
    digests = [read(handed_in(tmp_path / "a", TORCH)).digest, read(handed_in(tmp_path / "b", TORCH)).digest]
    assert digests[0] == digests[1]
    (tmp_path / "b" / TORCH).write_bytes(b"other")
    handed_in(tmp_path / "c", KERAS)
    (tmp_path / "d").mkdir()
    digests += [read(tmp_path / name).digest for name in "bcd"]
    assert len(set(digests)) == 4


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('weights = ["a b"]', "weights has 'a b'; expected ids of questions"),
        ("[budget]\nweights_mb = 33", "budget.weights_mb is 33; expected at most 32"),
        ("[budget]\nweights_mb = 0", "budget.weights_mb is 0"),
    ],
)
def test_settings_are_checked(tmp_path, settings, message):
    """A name that is no question's, or a size that cannot cross, is refused on loading."""
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "assignment.toml").write_text(f'title = "Toy"\n{settings}\n')
    with pytest.raises(UsageError, match=message):
        load_assignment(tmp_path / "toy")


def test_weights_of_no_question_are_a_mistake_of_the_author(assignment):
    """The referee does not start with weights that no check could use."""
    with pytest.raises(UsageError, match=r"weights of \['count'\], but no check"):
        Referee(replace(assignment, weights=("classify", "count")), seed=1)


# Grading -----------------------------------------------------------------------------------------------------


def test_torch_submission_earns_all(referee):
    """Trained weights, a short training and a prediction in the student's own function, all by handles."""
    result = graded(referee)
    assert result.score == result.max_score, [check.message for check in result.checks]
    accuracy = next(check for check in result.checks if check.id == "test_accuracy")
    assert accuracy.message.startswith("accuracy 1.000 (rounded) on 600 new images: full marks from 0.950")


def test_keras_submission_earns_all(referee):
    """The same with Keras, in the same warm process."""
    result = graded(referee, toy.weights(toy.keras_file(), "keras"), **toy.KERAS)
    assert result.score == result.max_score, [check.message for check in result.checks]


def test_notebook_as_shipped_is_not_answered_yet(referee):
    """Without an answer nothing is said of weights."""
    result = referee.grade_notebook("ada", referee.released).result
    assert {check.message for check in result.checks} == {"Not answered yet."}


def test_form_follows_the_library_of_the_model(referee):
    """With both files there, a torch model gets the safetensors; alone, the other one is named."""
    keras = toy.weights(toy.keras_file(), "keras")
    both = Weights(("classify",), keras.files | {("classify", "torch"): toy.torch_file()})
    assert not lost(graded(referee, both))
    (message,) = messages(graded(referee, keras))
    assert message == (
        f"build_model makes a PyTorch model, whose weights would be in {TORCH}, "
        f"but {KERAS} was handed in; save them with save_weights"
    )


def test_problem_of_reading_is_what_the_check_says(referee):
    """Also a hidden one; the training check needs no weights and is graded."""
    missing = Weights(("classify",), problems={"classify": "There is no such file"})
    result = graded(referee, missing)
    assert messages(result) == {"There is no such file"}
    assert "test_training" not in lost(result)


def edited(name: str, value: object):
    """Return an edit of an HDF5 file that replaces one variable."""

    def edit(file):
        if name in file:
            del file[name]
        if value is not None:
            file[name] = value

    return edit


NAN = np.full((8, 64), np.nan, np.float32)
WRONG_FILES = {
    "torch-width": (
        toy.torch_file(**{"1_weight": np.zeros((9, 64), np.float32)}),
        f"{TORCH} belongs to another architecture: 1.weight has shape (9, 64) in the file and (8, 64) in the model",
    ),
    "torch-names": (
        toy.torch_file(**{"4_weight": None, "4_bias": None, "6_weight": np.zeros(2, np.float32)}),
        f"{TORCH} belongs to another architecture: it lacks 4.weight, 4.bias; it has 6.weight, which the model has not",
    ),
    "torch-nan": (
        toy.torch_file(**{"1_weight": NAN}),
        f"{TORCH} has values that are NaN or infinite in 1.weight: the training diverged",
    ),
    "torch-junk": (b"x" * 100, f"{TORCH} cannot be loaded (SafetensorError: "),
    "torch-empty": (b"", f"{TORCH} cannot be loaded (SafetensorError: "),
    "keras-width": (
        toy.keras_file(edited("layers/dense/vars/0", np.zeros((64, 9), np.float32))),
        f"{KERAS} belongs to another architecture: dense/0 has shape (64, 9) in the file and (64, 8) in the model",
    ),
    "keras-names": (
        toy.keras_file(edited("layers/dense_1/vars/1", None)),
        f"{KERAS} belongs to another architecture: it lacks dense_1/1",
    ),
    "keras-more": (
        toy.keras_file(edited("layers/dense/vars/2", np.zeros(8, np.float32))),
        f"{KERAS} belongs to another architecture: it has dense/2, which the model has not",
    ),
    "keras-other-names": (
        toy.keras_file(
            edited("layers/more/vars/0", np.zeros(8, np.float32)), edited("layers/dense/vars/1", None)
        ),
        f"{KERAS} belongs to another architecture: it lacks dense/1; it has more/0, which the model has not",
    ),
    "keras-infinite": (
        toy.keras_file(edited("layers/dense/vars/1", np.full(8, np.inf, np.float32))),
        f"{KERAS} has values that are NaN or infinite in ",
    ),
    "keras-junk": (b"x" * 100, f"{KERAS} cannot be loaded (OSError: "),
}


@pytest.mark.parametrize(("name", "wrong"), WRONG_FILES.items(), ids=WRONG_FILES)
def test_weights_that_do_not_fit_are_named(referee, name, wrong):
    """Each kind has its own message, the same from public and hidden checks; other questions are graded."""
    framework, (data, expected) = name.partition("-")[0], wrong
    answers = (
        {} if framework == "torch" else {"classify": toy.KERAS["classify"], "predict": toy.KERAS["predict"]}
    )
    train = {} if framework == "torch" else {"train": "def train(model, x, y, epochs=1): return model"}
    result = graded(referee, toy.weights(data, framework), **answers, **train)
    (message,) = messages(result)
    assert message.startswith(expected)
    assert len(message) < 500


WRONG_BUILDERS = {
    "missing": ("build_modell = None", "build_model is not defined"),
    "none": ("def build_model(): torch.nn.Flatten()", "build_model returned None (is there a return?)"),
    "array": (
        "def build_model(): return np.zeros(3)",
        "build_model returned a value of type ndarray; expected a PyTorch model or a Keras model",
    ),
    "class": (
        "def build_model(): return torch.nn.Flatten",
        "; return an instance of the class, not the class",
    ),
    "raises": ("def build_model(): return 1 / 0", "build_model raised ZeroDivisionError: division by zero"),
    "argument": (
        "def build_model(n): pass",
        "build_model raised TypeError: build_model() missing 1 required",
    ),
    "lazy": (
        "def build_model(): return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(2))",
        "the model of build_model does not know the size of its input; give it layers with all their sizes",
    ),
    "lazy-keras": (
        "import keras\ndef build_model(): return keras.Sequential([keras.layers.Dense(2)])",
        "the model of build_model does not know the size of its input; give it a keras.Input",
    ),
}


@pytest.mark.parametrize(("source", "expected"), WRONG_BUILDERS.values(), ids=WRONG_BUILDERS)
def test_function_that_makes_no_model_is_told(referee, source, expected):
    """Each kind has its own message, also in hidden checks."""
    found = messages(graded(referee, classify=source))
    assert len(found) == 1
    assert expected in found.pop()


PREDICTIONS = {
    "softmax": ("torch.nn.Softmax(dim=1)", "the predictions are probabilities"),
    "shape": ("torch.nn.Unflatten(1, (1, 2))", "expected shape (10, 2), got shape (10, 1, 2)"),
    "nan": ("Broken()", "20 of 20 predictions are NaN or infinite"),
    "none": ("Lost()", "the model returned NoneType; expected an array"),
    "raises": ("torch.nn.Linear(3, 2)", "RuntimeError: mat1 and mat2"),
}


@pytest.mark.parametrize(("last", "expected"), PREDICTIONS.values(), ids=PREDICTIONS)
def test_wrong_predictions_are_named(referee, last, expected):
    """Shape, probabilities for logits, NaN, None and an error each have their own message."""
    source = f"""
class Broken(torch.nn.Module):
    def forward(self, x): return x * float("nan")
class Lost(torch.nn.Module):
    def forward(self, x): pass
def build_model():
    layers = torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
    model = torch.nn.Sequential(torch.nn.Flatten(), *layers)
    model.forward = lambda x, inner=model.forward: LAST(inner(x))
    return model
LAST = {last}
"""
    result = graded(referee, classify=source)
    shown = next(check for check in result.checks if check.id == "test_output")
    assert shown.points == 0
    assert expected in shown.message


def test_forgotten_eval_is_seen(referee):
    """A model handed over in training mode shows whether the student's own function switches it."""
    forgetful = reference_answers(referee.assignment)["predict"].replace("model.eval()", "")
    result = graded(referee, predict=forgetful)
    assert lost(result) == {"test_predict"}
    assert messages(result, "predict") == {"the dropout is still on: call model.eval()"}


# Classes -----------------------------------------------------------------------------------------------------


def test_weights_are_part_of_what_is_graded(assignment, referee, tmp_path):
    """In a folder as nbgrader collects it: other weights have another grade, under another hash."""
    submission = tmp_path / "ada" / "toy"
    handed_in(submission, TORCH)
    nbformat.write(fill(referee.released, (), reference_answers(assignment)), submission / "toy.ipynb")
    results = []
    for data in (toy.torch_file(), toy.torch_file(**{"1_weight": NAN}), toy.torch_file()):
        (submission / TORCH).write_bytes(data)
        results.append(referee.grade(Submission("ada", submission, tmp_path)).result)
    good, bad, again = results
    assert good.score == again.score == good.max_score
    assert "test_accuracy" in lost(bad)
    hashes = [result.environment["submission"] for result in results]
    assert hashes[0] == hashes[2] != hashes[1]
    assert hashlib.sha256((submission / "toy.ipynb").read_bytes()).hexdigest() not in hashes


def test_class_run_grades_changed_weights_anew(tmp_path):
    """The journal knows the hashes of the weights; unchanged ones keep their grade."""
    folder = tmp_path / "assignments" / "toy"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text('title = "Toy"\nweights = ["f"]\n')
    (folder / "notebook.py").write_text('# %% question="f"\ndef f(): return 1\n')
    (folder / "checks_public.py").write_text(
        'import pytest\n@pytest.mark.points(1)\n@pytest.mark.question("f")\n'
        'def test_f(student):\n    """f is 1."""\n    assert student.f() == 1\n'
    )
    assignment = load_assignment(folder)
    submission = handed_in(tmp_path / "submitted" / "ada" / "toy", "weights/f.safetensors")
    released = released_notebook(assignment, collect_manifest(assignment))
    nbformat.write(fill(released, (), reference_answers(assignment)), submission / "toy.ipynb")

    def newly_graded() -> int:
        found = discover([tmp_path / "submitted"], "toy").submissions
        return grade_class(assignment, found, tmp_path / "results", seed=3).graded

    assert [newly_graded(), newly_graded()] == [1, 0]
    (submission / "weights/f.safetensors").write_bytes(b"better")
    assert [newly_graded(), newly_graded()] == [1, 0]


def test_notebook_alone_is_graded_without_weights(assignment, referee, tmp_path):
    """What needs weights says so, the rest is graded."""
    path = tmp_path / "ada.ipynb"
    nbformat.write(fill(referee.released, (), reference_answers(assignment)), path)
    result = referee.grade(Submission("ada", path, tmp_path)).result
    assert all("A notebook alone was handed in" in message for message in messages(result))
    assert "test_training" not in lost(result)


def test_keras_model_that_needs_its_numbers_predicts_too(referee):
    """What cannot become a graph is run layer by layer; several outputs, in a dictionary, arrive as such."""
    source = """
import keras
class Odd(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    def call(self, x):
        total = float(np.asarray(x).sum())
        return {"logits": self.dense(keras.ops.reshape(x, (-1, 64))), "total": keras.ops.zeros(len(x)) + total}
def build_model(): return Odd()
"""
    notebook = fill(referee.released, (), reference_answers(referee.assignment) | {"classify": source})
    cells = rebuild(referee.released, notebook).cells
    handed_in = Weights(("classify",))
    with Session(referee.spawn, cells, referee.assignment.budget, b"seed", handed_in) as session:
        session.play()
        session.begin_check("c", "q", 8.0)
        model = Student(session, session.models).model("classify", weights=False, input_shape=(8, 8))
        got = model(np.ones((300, 8, 8), np.float32))
    assert got["logits"].shape == (300, 2)
    batch = model_handles.BATCH_AT_MOST
    assert set(got["total"]) == {batch * 64, 300 % batch * 64}


def test_changed_keras_model_predicts_as_changed(referee):
    """After a function of the student's had a model, its predictions are made anew, whatever was changed."""
    source = """
import keras
def build_model():
    return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
def shorten(model): model.pop()
"""
    handed_in = Weights(("classify",))
    with Session(
        referee.spawn,
        [PlayCell(source, None, "extra", 0)],
        referee.assignment.budget,
        b"s",
        handed_in,
    ) as session:
        session.play()
        session.begin_check("c", "q", 8.0)
        student = Student(session, session.models)
        model = student.model("classify", weights=False)
        assert model(np.ones((3, 8, 8), np.float32)).shape == (3, 2)
        student.shorten(model)
        assert model(np.ones((3, 8, 8), np.float32)).shape == (3, 64)

"""The contract of an assignment whose answers are trained: weights go with every answer, and never with the release."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from nbformat import v4
from safetensors.numpy import save_file

from autograder.assignment import Assignment, load_assignment
from autograder.assignment.answer_files import read_answer_file, weight_files, write_submission
from autograder.assignment.release import write_release
from autograder.assignment.source import reference_answers
from autograder.contract.clauses import contract
from autograder.contract.declarations import answer_file_findings
from autograder.contract.finding import Finding
from autograder.contract.leaks import release_findings
from autograder.errors import UsageError
from autograder.judge.collection import collect_manifest

FILES = {
    "assignment.toml": """
title = "A network"
preload = ["numpy", "torch"]
weights = ["net"]

[mutants]
skip = {"net" = "another width is as good"}
""",
    "notebook.py": '''
# %%
import numpy as np
import torch

# %% question="net"
def build_model():
    """Return a network that tells left from right."""
    ### BEGIN SOLUTION
    return torch.nn.Linear(2, 2)
    ### END SOLUTION

# %% question="share"
def share(classes):
    """Return the part of the examples that is of class 1."""
    ### BEGIN SOLUTION
    return float(np.mean(np.asarray(classes) == 1))
    ### END SOLUTION
''',
    "checks_public.py": '''
import numpy as np
import pytest
from autograder.checks import assert_close


@pytest.mark.points(1)
@pytest.mark.question("share")
def test_share_of_four(student):
    """One of four is a quarter."""
    assert_close(student.share(np.array([0, 0, 1, 0])), 0.25)
''',
    "checks_hidden.py": '''
import numpy as np
import pytest
from autograder.checks import assert_shape, scale
from autograder.checks import show_confusion_matrix


@pytest.mark.points(4)
@pytest.mark.question("net")
def test_left_and_right(student, rng):
    """The network tells left from right."""
    x = rng.normal(size=(400, 2)).astype(np.float32)
    logits = student.model("net", images=False)(x)
    assert_shape(logits, (400, 2))
    truth, said = (x[:, 0] > 0).astype(int), logits.argmax(axis=1)
    counts = np.zeros((2, 2), int)
    np.add.at(counts, (truth, said), 1)
    show_confusion_matrix(counts, ["left", "right"], caption="400 fresh points.")
    scale(np.mean(truth == said), half=0.6, full=0.9, n=400)
''',
    "alternatives/tilted.py": '"""Looks at both."""\n\nweights = {"net": "weights/tilted.safetensors"}\n',
    "wrong/exchanged.py": '"""Trained with the classes exchanged."""\n\nweights = {"net": "weights/exchanged.safetensors"}\n'
    'loses = {"test_left_and_right": 1}\nsays = "accuracy 0"\n',
    "wrong/half_trained.py": '"""Trained a little."""\n\nweights = {"net": "weights/diagonal.safetensors"}\n'
    'loses = {"test_left_and_right": 0.2}\nsays = "full marks from 0.900"\n',
    "wrong/too_little.py": '"""Declares to lose more."""\n\nweights = {"net": "weights/diagonal.safetensors"}\n'
    'loses = {"test_left_and_right": 0.9}\nsays = "full marks"\n',
    "wrong/forgotten.py": '"""Hands in no weights."""\n\nweights = {"net": None}\n'
    'loses = {"test_left_and_right"}\nsays = "There is no weights/net"\n',
    "wrong/pickled.py": '"""Hands in a file of another kind."""\n\nweights = {"net": "weights/net.pt"}\n'
    'loses = {"test_left_and_right"}\nsays = "net.pt cannot be read"\n',
    "wrong/share_of_zeros.py": '"""Counts the other class."""\n\nloses = {"test_share_of_four"}\nsays = "wrong"\n\n\n'
    '# %% question="share"\ndef share(classes):\n    return float(np.mean(np.asarray(classes) == 0))\n',
}  # fmt: skip
# Rows of the weight of each network: what tells left, and what tells right.
ROWS = {"net": [1, 0], "tilted": [1, 0.1], "diagonal": [1, 0.9], "exchanged": [-1, 0]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An assignment with one network and one function."""
    folder = tmp_path_factory.mktemp("assignments") / "network"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip())
    (folder / "weights").mkdir()
    for name, row in ROWS.items():
        weight = np.array([row, row], np.float32) * [[-1], [1]]
        tensors = {"weight": weight.astype(np.float32), "bias": np.zeros(2, np.float32)}
        save_file(tensors, folder / "weights" / f"{name}.safetensors")
    (folder / "weights" / "net.pt").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture(scope="module")
def assignment(folder) -> Assignment:
    """The same, loaded."""
    return load_assignment(folder)


@pytest.fixture(scope="module")
def found(assignment) -> dict[str, Finding]:
    """What the contract finds in it."""
    return {one.name: one for one in contract(assignment)}


@pytest.mark.parametrize(
    "name",
    [
        "reference: earns all points",
        "as shipped: earns nothing",
        "alternatives: tilted.py",
        *(f"wrong answers: {name}.py" for name in ("exchanged", "half_trained", "forgotten", "pickled")),
        "wrong answers: share_of_zeros.py",
        "coverage: test_left_and_right",
        "mutants: none of net, since another width is as good",
        "answer files: wrong/exchanged.py",
    ],
)
def test_answers_are_graded_with_their_weights(found, name):
    """Each answer is handed in with the reference's weights, those that it names, or none."""
    assert (found[name].ok, found[name].reason) == (True, "")


def test_loss_is_at_least_what_is_declared(found):
    """An answer that loses less than the declared part of its points is found out."""
    reason = found["wrong answers: too_little.py"].reason
    assert reason.startswith("loses 0.")
    assert reason.endswith("of the points of test_left_and_right, but declares 0.9 at least")


def test_mutants_are_made_of_the_other_questions_only(found):
    """A question that is left out has no mutants, and its reason is printed."""
    names = [name for name in found if name.startswith("mutants: ") and " of " not in name]
    assert names
    assert all(name.startswith("mutants: share") for name in names)


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of the assignment to be broken."""
    return Path(shutil.copytree(folder, to / "network"))


def test_question_left_out_must_exist(folder, tmp_path):
    """A misspelt question would silently lose its mutants."""
    broken = copied(folder, tmp_path)
    (broken / "assignment.toml").write_text(FILES["assignment.toml"].replace('{"net" =', '{"nett" ='))
    with closing(contract(load_assignment(broken))) as findings:
        reason = next(one.reason for one in findings if one.name.startswith("mutants: none of nett, since"))
    assert "there is no such question" in reason


def test_reference_without_weights_is_found_out(folder, tmp_path):
    """Nothing can be graded before the reference is trained; the finding names the file."""
    broken = copied(folder, tmp_path)
    (broken / "weights" / "net.safetensors").unlink()
    *_, last = contract(load_assignment(broken))
    assert last.name == "reference: has weights"
    assert "expected weights/net.safetensors or weights/net.weights.h5" in last.reason


@pytest.mark.parametrize("name", ["weights/net.safetensors", "weights/exchanged.safetensors"])
def test_weights_cannot_be_listed_for_release(folder, tmp_path, name):
    """A student must train; the release refuses trained weights by their place."""
    broken = copied(folder, tmp_path)
    with (broken / "assignment.toml").open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write(f'files = ["{name}"]\n{text}')
    assignment = load_assignment(broken)
    with pytest.raises(UsageError, match="which students may not have"):
        write_release(assignment, collect_manifest(assignment), tmp_path / "release")


def test_weights_under_another_name_are_found_in_the_release(folder, tmp_path):
    """Copied to another place, they pass as data, and the contract finds their bytes."""
    broken = copied(folder, tmp_path)
    shutil.copy(broken / "weights" / "net.safetensors", broken / "start.bin")
    (broken / "assignment.toml").write_text(f'files = ["start.bin"]\n{FILES["assignment.toml"]}')
    assignment = load_assignment(broken)
    found = {one.name: one.reason for one in release_findings(assignment, collect_manifest(assignment))}
    assert found["release: no weights in start.bin"].startswith("is weights/net.safetensors")
    assert found["release: no weights in network.ipynb"] == ""


def test_release_has_no_weights(assignment, tmp_path):
    """Of the folder of weights nothing is shipped."""
    write_release(assignment, collect_manifest(assignment), tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["checks_public.py", "network.ipynb"]


def test_submission_is_a_folder_with_weights_beside_the_notebook(folder, tmp_path):
    """What is graded has the form of what a student hands in; the ending of a file is kept."""
    files = {"net": folder / "weights" / "net.pt", "deep": folder / "weights" / "tilted.safetensors"}
    write_submission(tmp_path / "s", load_assignment(folder), v4.new_notebook(), files)
    names = sorted(path.relative_to(tmp_path / "s").as_posix() for path in (tmp_path / "s").rglob("*.*"))
    assert names == ["network.ipynb", "weights/deep.safetensors", "weights/net.pt"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"weights": "weights/net.pt"}, "weights is 'weights/net.pt'; write a dictionary"),
        ({"weights": {"other": None}}, "such questions: net"),
        ({"weights": {"net": 3}}, "write a dictionary from questions to files or None"),
        (
            {"weights": {"net": "weights/gone.pt"}},
            "weights of net are 'weights/gone.pt', which is no file of network",
        ),
        ({"weights": {"net": "../../secret"}}, "which is no file of network"),
    ],
)
def test_header_with_other_weights_is_refused(assignment, header, message):
    """A header names files of the assignment, for questions that have weights."""
    with pytest.raises(UsageError, match=message):
        weight_files(assignment, header)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (
            'loses = {"test_left_and_right": 0}',
            "loses has 'test_left_and_right': 0; write a check and the least",
        ),
        ('loses = {"test_left_and_right": 1.5}', "loses has 'test_left_and_right': 1.5"),
        ('loses = {"test_gone": 1}', "loses test_gone, which is no check"),
        ('loses = {"test_left_and_right": 1}\nweights = {"nett": None}', "such questions: net"),
    ],
)
def test_header_is_read_before_grading(folder, tmp_path, header, reason):
    """An author learns of a header that cannot be meant without waiting for grades."""
    broken = copied(folder, tmp_path)
    text = f'"""Wrong."""\n\n{header}\nsays = "x"\n'
    (broken / "wrong" / "x.py").write_text(
        text if "weights" in text else f'{text}weights = {{"net": None}}\n'
    )
    assignment = load_assignment(broken)
    found = answer_file_findings(
        assignment, "wrong", collect_manifest(assignment), reference_answers(assignment)
    )
    (line,) = [one.reason for one in found if one.name == "answer files: wrong/x.py"]
    assert reason in line


def test_answer_file_without_cells_hands_in_other_weights(folder):
    """Where only the training was wrong, there is nothing else to write down."""
    answer = read_answer_file(folder / "wrong" / "exchanged.py")
    assert answer.cells == ()
    assert answer.header["weights"] == {"net": "weights/exchanged.safetensors"}

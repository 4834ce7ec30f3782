"""The sample classes: what `make course` shows is graded work of every kind, for every assignment."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.submission.discovery import discover
from autograder.submission.names import fault_of_id
from autograder.submission.reading import read_submission

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml"))


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """assignments/sample_class.py as a module."""
    path = ROOT / "assignments" / "sample_class.py"
    spec = importlib.util.spec_from_file_location("sample_class", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_class_has_work_of_every_kind(maker, tmp_path, name):
    """At least sixteen students, each with what can be read: right, wrong, hostile and unfinished."""
    assignment = load_assignment(ROOT / "assignments" / name)
    count = maker.write_class(assignment, tmp_path)
    found = discover([tmp_path], assignment.id).submissions
    students = [one.student for one in found]
    assert len(set(students)) == count >= 16
    assert not any(map(fault_of_id, students))
    assert {student.split("-")[0] for student in students} >= {"perfect", "wrong", "hostile", "blank", "half"}
    for one in found:
        assert read_submission(one, None, assignment).notebook.cells


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_question_is_answered_wrong_by_somebody(maker, name):
    """No question is missing in the report, and no class is so large that it takes an hour."""
    assignment = load_assignment(ROOT / "assignments" / name)
    answers = [read_answer_file(path) for path in assignment.answer_files("wrong")]
    chosen = list(maker.some_of_each(answers))

    def questions(some):
        return {question for answer in some for question in answer.questions}

    assert questions(chosen) == questions(answers)
    assert len(chosen) <= 2 * maker.WRONG_EACH * len(questions(answers))


@pytest.fixture
def with_weights(tmp_path) -> Path:
    """The first assignment with two questions that have weights, which the maker only copies."""
    folder = Path(shutil.copytree(ROOT / "assignments" / "conv_arithmetic", tmp_path / "weighted"))
    text = (folder / "assignment.toml").read_text(encoding="utf-8")
    (folder / "assignment.toml").write_text(f'weights = ["output_size", "receptive_field"]\n{text}')
    (folder / "weights").mkdir()
    for name in ("output_size.safetensors", "receptive_field.weights.h5", "other.safetensors"):
        (folder / "weights" / name).write_bytes(name.encode())
    header = '"""Trained on noise."""\n\nweights = {"output_size": "weights/other.safetensors"}\n'
    (folder / "wrong" / "noise.py").write_text(header)
    return folder


def test_weights_go_with_the_notebooks(maker, with_weights, tmp_path):
    """Each student has the reference's weights, what the answer file names, those of the half done, or none."""
    maker.write_class(load_assignment(with_weights), tmp_path / "class")

    def handed_in(student: str) -> dict[str, bytes]:
        folder = tmp_path / "class" / student / "weighted" / "weights"
        return {path.name: path.read_bytes() for path in folder.glob("*")}

    reference = {
        "output_size.safetensors": b"output_size.safetensors",
        "receptive_field.weights.h5": b"receptive_field.weights.h5",
    }
    assert handed_in("perfect-reference") == handed_in("perfect-im2col") == reference
    assert handed_in("wrong-noise") == reference | {"output_size.safetensors": b"other.safetensors"}
    assert list(handed_in("half-done")) == ["output_size.safetensors"]
    assert handed_in("blank") == handed_in("forgot-the-weights") == {}


def test_foreign_folder_is_left_alone(maker, tmp_path):
    """A mistyped --to deletes nothing; a folder of the maker's own is made anew."""
    (tmp_path / "thesis.tex").write_text("years of work")
    arguments = [str(ROOT / "assignments" / "conv_arithmetic"), "--to"]
    refused = CliRunner().invoke(maker.main, [*arguments, str(tmp_path)])
    assert refused.exit_code == 2
    assert "is not empty and no sample class" in refused.output
    assert (tmp_path / "thesis.tex").exists()
    for _ in range(2):
        done = CliRunner().invoke(maker.main, [*arguments, str(tmp_path / "class")])
        assert done.exit_code == 0
        assert "a sample class of" in done.output


@pytest.mark.parametrize("target", ["sample", "grade"])
def test_make_goes_through_every_assignment(target):
    """No assignment is forgotten by `make course`."""
    said = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"for id in {' '.join(ASSIGNMENTS)}; do" in said

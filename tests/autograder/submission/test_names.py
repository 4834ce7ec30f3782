"""A student's id comes from a name in one place, and any name of a person is one."""

import pytest

from autograder.submission.names import (
    Owner,
    fault_of_id,
    is_dropping,
    is_notebook,
    owner_of_file,
    owner_of_folder,
    spelled,
    student_id,
)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("mia smith", Owner("mia smith")),
        ("Eva L_12_assignsubmission_file_", Owner("Eva L_12", platform=True)),
        ("Eva L_12_assignsubmission_file", Owner("Eva L_12", platform=True)),
        ("Eva_12_assignsubmission_onlinetext_", Owner("Eva_12", platform=True)),
        ("submission_123", Owner("submission_123", platform=True)),
        ("submission_abc", Owner("submission_abc")),
        ("jo\u0308rg ", Owner("jörg")),
    ],
)
def test_owner_of_folder(name, owner):
    """The id is the folder's name, but for what a platform adds."""
    assert owner_of_folder(name) == owner


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("ada.ipynb", Owner("ada", "ada.ipynb")),
        ("ada (1).ipynb.txt", Owner("ada", "ada (1).ipynb.txt")),
        ("ada (1).zip", Owner("ada", "ada (1).zip")),
        ("Eva L_12_assignsubmission_file_my_nb.ipynb", Owner("Eva L_12", "my_nb.ipynb", platform=True)),
        ("smithmia_LATE_123_456_conv_a-1.ipynb", Owner("smithmia_123", "conv_a.ipynb", platform=True)),
        ("smithmia_123_456_q.weights-2.h5", Owner("smithmia_123", "q.weights.h5", platform=True)),
        ("smithmia_123_conv.ipynb", Owner("smithmia_123_conv", "smithmia_123_conv.ipynb")),
    ],
)
def test_owner_of_file(name, owner):
    """A file of a platform says whose it is and what the student called it."""
    assert owner_of_file(name) == owner


@pytest.mark.parametrize(
    "name",
    [
        "alice",
        "7",
        "a.b_c@uni-x.de",
        "a+b",
        "mia smith",
        "jörg",
        "O'Brien",
        "李明",
        "Ωμέγα",
        "😀",
        "=cmd()",
        "@SUM",
        "-rf",
        "a,b",
        "<b>",
        'say "hi"',
        "%s",
    ],
)
def test_names_of_people_are_ids(name):
    """What a person can be called is no fault, nor is what a spreadsheet or a page would stumble over."""
    assert fault_of_id(student_id(name)) == ""


@pytest.mark.parametrize("name", ["عَلِيّ", "علی\u200cرضا", "क्\u200dष", "x" * 128])
def test_names_with_marks_and_joiners_are_ids(name):
    """Persian and Indian names have joiners, which no terminal shows; long names are names."""
    assert fault_of_id(student_id(name)) == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        ("x" * 129, "has 129 characters"),
        ("../x", "holds a /"),
        ("a\\b", "holds a /"),
        (".x", "begins with a dot"),
        ("a\nb", "cannot be printed"),
        ("a\u202eb", "cannot be printed"),
        ("\u200c", "nothing that can be seen"),
        ("a\udcff", "cannot be printed"),
        ("a ", "space around it"),
        ("jo\u0308rg", "composed form"),
    ],
)
def test_fault_of_an_id_is_told(name, fault):
    """What cannot be shown, written or told apart is named."""
    assert fault in fault_of_id(name)


def test_spellings_of_a_name():
    """Case, signs and copy marks make no other assignment; letters and digits do."""
    same = ["conv_arithmetic", "Conv-Arithmetic", "CONV ARITHMETIC", "convArithmetic (2)"]
    assert len({spelled(name) for name in same}) == 1
    assert spelled("week_1") != spelled("week_2")


def test_notebooks_by_name():
    """Browsers add an ending or a number; other files are none."""
    names = ["a.ipynb", "a.ipynb.txt", "a.ipynb.json", "a.ipynb (1)", "a (1).ipynb"]
    assert all(map(is_notebook, names))
    assert not any(map(is_notebook, ["a.py", "ipynb", "a.ipynb.zip", "a.ipynb.html", "a.txt"]))


def test_droppings_of_systems():
    """What nobody hands in needs no word; what somebody may have does."""
    names = [".DS_Store", "._x.ipynb", "Thumbs.db", "desktop.ini", "~$a.docx", "submission_metadata.yml"]
    assert all(map(is_dropping, names))
    assert not any(map(is_dropping, ["a.pdf", "__MACOSX", "notes.txt"]))

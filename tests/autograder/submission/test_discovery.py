"""Submissions are found in the layouts that people have, and none is dropped in silence."""

import os
import unicodedata

import pytest

from autograder.errors import UsageError
from autograder.submission import discovery
from autograder.submission.discovery import Submission, discover
from autograder.submission.names import fault_of_id
from tests.autograder.submission.class_folders import linked, locked, put, shapes

NB = '{"metadata": {"autograder": {"assignment": "conv_net"}}, "cells": []}'
OTHER = NB.replace("conv_net", "shapes")
SHAPES = shapes(NB, "conv_net")


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return path


def students(submissions):
    return [submission.student for submission in submissions]


def left_out(found):
    """Return {entry: reason}."""
    return {one.entry: one.reason for one in found.left_out}


@pytest.mark.parametrize(("files", "wanted"), SHAPES.values(), ids=SHAPES)
def test_class_folder_of_every_shape(tmp_path, files, wanted):
    """Each layout gives each student under the id that the guide says, and leaves nothing out."""
    found = discover([put(tmp_path / "class", files)], "conv_net")
    assert (set(students(found.submissions)), found.left_out) == (wanted, [])
    assert len(found.submissions) == len(wanted)


@pytest.mark.parametrize(("files", "wanted"), SHAPES.values(), ids=SHAPES)
def test_one_zip_of_all_of_every_shape(tmp_path, files, wanted):
    """A zip of the class folder, with or without the folder itself, is the class folder."""
    flat = put(
        tmp_path, {"all.zip": files, "in.zip": {f"export/{name}": what for name, what in files.items()}}
    )
    for name in ("all.zip", "in.zip"):
        found = discover([flat / name], "conv_net")
        assert (set(students(found.submissions)), found.left_out) == (wanted, []), name


def test_find_submissions_takes_one_notebook(tmp_path):
    """A notebook that is named is the submission, under its own name."""
    path = touch(tmp_path / "alice.ipynb")
    assert discover([path], "conv").submissions == [Submission("alice", path, tmp_path)]


def test_find_submissions_takes_one_notebook_of_nbgraders(tmp_path):
    """In nbgrader's layout all notebooks have one name, and the folder above tells the student."""
    path = touch(tmp_path / "alice" / "conv" / "conv.ipynb")
    assert students(discover([path], "conv").submissions) == ["alice"]


def test_find_submissions_takes_one_zip_of_one_student(tmp_path):
    """A zip that is named is one student's, where it does not hold a class."""
    put(tmp_path, {"lena.zip": {"lena/conv/x.ipynb": NB}})
    (found,) = discover([tmp_path / "lena.zip"], "conv").submissions
    assert (found.student, found.path) == ("lena", tmp_path / "lena.zip" / "lena" / "conv")


@pytest.mark.parametrize("path", ["ada", "ada/conv", "ada/conv/conv.ipynb"])
def test_one_students_folder_is_theirs(tmp_path, path):
    """Whoever names the folder of one student means that student, not a class."""
    touch(tmp_path / "ada" / "conv" / "conv.ipynb")
    assert students(discover([tmp_path / path], "conv").submissions) == ["ada"]


def test_find_submissions_reads_nbgraders_folder(tmp_path):
    """`submitted/` has a folder a student, in it one an assignment; who handed in others only is named."""
    touch(tmp_path / "bob" / "conv" / "conv.ipynb")
    touch(tmp_path / "alice" / "conv" / "renamed.ipynb")
    touch(tmp_path / "alice" / "other" / "other.ipynb")
    touch(tmp_path / "carol" / "other" / "other.ipynb")
    found = discover([tmp_path], "conv", others=["other"])
    wanted = [
        Submission(name, tmp_path / name / "conv", tmp_path, tmp_path / name / "conv")
        for name in ("alice", "bob")
    ]
    assert (found.submissions, found.left_out, found.without) == (wanted, [], ["carol"])


@pytest.mark.parametrize("others", [(), ("shapes",)])
def test_another_assignment_is_known_by_what_it_says(tmp_path, others):
    """A notebook that says it is of another assignment is no submission of this one, wherever it lies."""
    files = {"ada/conv_net/x.ipynb": NB, "bob/shapes/shapes.ipynb": OTHER, "cyd/shapes.ipynb": OTHER}
    found = discover([put(tmp_path, files)], "conv_net", others=others)
    assert (students(found.submissions), found.left_out, found.without) == (["ada"], [], ["bob", "cyd"])


def test_another_assignment_of_a_name_alone_is_told(tmp_path):
    """A folder and a notebook of one strange name may be a misspelt one: a person has to say."""
    files = {"ada/conv_net/x.ipynb": NB, "bob/convnett/convnett.ipynb": "{}", "cyd/shapes/shapes.ipynb": NB}
    found = discover([put(tmp_path, files)], "conv_net")
    assert students(found.submissions) == ["ada", "cyd"]
    assert left_out(found) == {
        "bob": "holds convnett/convnett.ipynb and no conv_net: if that is meant, call the folder conv_net"
    }


def test_spelling_of_another_assignment_is_that_one(tmp_path):
    """Where two assignments are spelled alike, only the exact name is ours."""
    put(tmp_path, {"ada/conv_net/x.ipynb": NB, "ada/convnet/x.ipynb": "{}"})
    found = discover([tmp_path], "conv_net", others=["convnet"])
    assert [one.path for one in found.submissions] == [tmp_path / "ada" / "conv_net"]


def test_place_that_was_not_expected_is_noted(tmp_path):
    """The instructor reads where the notebook lay, and what was passed over."""
    put(tmp_path, {"eve/conv_net/old/x.ipynb": NB, "eve/conv_net/conv_net.ipynb": NB, "fay/week/x.ipynb": NB})
    eve, fay = discover([tmp_path], "conv_net").submissions
    assert eve.notes == ("The notebooks in old are not graded.",)
    assert fay.notes == ("The notebook was found in week/; conv_net/ was expected.",)


LEFT_OUT = {
    "no notebook": (
        {"a/answer.py": "", "a/scan.pdf": ""},
        r"no notebook \(\.ipynb\); there is answer.py, scan",
    ),
    "empty zip": ({"a.zip": {}}, "it is empty"),
    "zip without a notebook": ({"a.zip": {"x/scan.pdf": ""}}, r"no notebook .*; there is x/scan\.pdf"),
    "broken zip": ({"a.zip": b"PK\x03\x04"}, "is no readable zip"),
    "zip with a password": ({"a.zip": locked({"x.ipynb": NB})}, "x.ipynb is protected by a password"),
    "zip with a link": ({"a.zip": linked("x.ipynb", "/etc/passwd")}, "x.ipynb is a symbolic link"),
    "zip that leads out": (
        {"a.zip": {"../x.ipynb": NB, "x.ipynb": NB}},
        r"holds \.\./x.ipynb, which leads out",
    ),
    "two folders": ({"a/x/1.ipynb": NB, "a/y/2.ipynb": NB}, "has notebooks in x, y: keep one"),
    "two folders in a zip": (
        {"a.zip": {"x/1.ipynb": NB, "y/2.ipynb": NB}},
        "has notebooks in x, y: keep one",
    ),
    "two spellings": ({"a/conv_net/1.ipynb": NB, "a/Conv-Net/1.ipynb": NB}, "Conv-Net, conv_net: keep one"),
    "above and in": (
        {"a/conv_net/1.ipynb": NB, "a/conv_net.ipynb": NB},
        r"in conv_net/ and beside it \(conv_net\.ipynb\): keep",
    ),
    "two zips": ({"a/x.zip": {"1.ipynb": NB}, "a/y.zip": {"1.ipynb": NB}}, r"2 zips \(x\.zip, y\.zip\)"),
    "other file": ({"a.pdf": ""}, r"is no notebook \(\.ipynb\), no folder and no zip"),
    "other archive": ({"a.tar.gz": ""}, r"is no notebook \(\.ipynb\), no folder and no zip"),
    "no student's name": ({"conv_net (1).ipynb": NB}, "is named after the assignment"),
    "name too long": ({"a" * 129 + ".ipynb": NB}, "cannot be a student's id: it has 129 characters"),
    "name of a control": ({"a\tb.ipynb": NB}, "cannot be a student's id: it holds characters"),
    "platform's text": ({"A_1_assignsubmission_onlinetext_/t.html": ""}, r"no notebook .*; there is t\.html"),
    "empty folder of the assignment": ({"a/conv_net/.keep": ""}, "it is empty"),
    "macOS's folder with a notebook": ({"__MACOSX/x.pdf": ""}, r"no notebook .*; there is x\.pdf"),
}


@pytest.mark.parametrize(("files", "reason"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_entry_that_is_not_taken_is_named(tmp_path, files, reason):
    """With the reason, and what lies beside it is taken."""
    found = discover([put(tmp_path, files | {"ok/conv_net/x.ipynb": NB})], "conv_net")
    assert students(found.submissions) == ["ok"]
    (one,) = found.left_out
    assert one.entry in {name.split("/")[0].replace("\t", r"\t") for name in files}
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(one.reason)


def test_entry_alone_is_named_too(tmp_path):
    """A class of which nobody can be graded is no mistake of usage: each is named."""
    found = discover([put(tmp_path, {"a.pdf": "", "lena.zip": b"broken"})], "conv_net")
    assert not found.submissions
    assert set(left_out(found)) == {"a.pdf", "lena.zip"}
    assert list(left_out(discover([put(tmp_path / "b", {"lena.zip": b"broken"})], "conv_net"))) == [
        "lena.zip"
    ]
    assert list(left_out(discover([tmp_path / "lena.zip"], "conv_net"))) == ["lena.zip"]


def test_one_entry_never_stops_a_class(tmp_path):
    """Links to themselves and elsewhere, pipes and unreadable names are told, and the others found."""
    put(tmp_path, {"ok/conv_net/x.ipynb": NB, "erin/x": "", "gil/conv_net/x": ""})
    for name, target in (
        ("loop", "loop"),
        ("bob.ipynb", "/etc/passwd"),
        ("carol", "/etc"),
        ("gone", "nowhere"),
    ):
        (tmp_path / name).symlink_to(target)
    (tmp_path / "erin" / "conv_net").symlink_to("/etc")
    (tmp_path / "gil" / "conv_net" / "x.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / os.fsdecode(b"j\xf6rg")).mkdir()
    (tmp_path / os.fsdecode(b"j\xf6rg") / "x.ipynb").write_text(NB)
    found = discover([tmp_path], "conv_net")
    assert students(found.submissions) == ["ok"]
    reasons = left_out(found)
    assert set(reasons) == {
        "loop", "bob.ipynb", "carol", "gone", "erin", "gil", "pipe.ipynb", r"j\xf6rg"
    }  # fmt: skip
    assert all("symbolic link" in reasons[name] for name in ("loop", "bob.ipynb", "carol", "erin", "gil"))
    assert reasons["pipe.ipynb"] == "is a pipe, not a file"
    assert "bytes that are no UTF-8" in reasons[r"j\xf6rg"]


def test_entry_that_is_named_never_stops_the_others(tmp_path):
    """`class/*` names every entry, odd ones included; a single one is a mistake of the caller."""
    (tmp_path / "loop").symlink_to("loop")
    one = touch(tmp_path / "ada.ipynb")
    found = discover([tmp_path / "loop", one], "conv")
    assert students(found.submissions) == ["ada"]
    assert "is no notebook" in left_out(found)["loop"]
    with pytest.raises(UsageError, match="loop is no notebook"):
        discover([tmp_path / "loop"], "conv")


@pytest.mark.parametrize("how", ["unreadable", "vanished"])
def test_folder_that_refuses_is_told(tmp_path, monkeypatch, how):
    """An entry that the system does not open, or that goes while it is looked at, is one entry."""
    put(tmp_path, {"ok/conv_net/x.ipynb": NB, "locked/conv_net/x.ipynb": NB})
    real = discovery.look

    def look(root, path, **options):
        if path.name == "locked":
            code = 13 if how == "unreadable" else 2
            raise discovery.InfrastructureError(f"locked cannot be read: {os.strerror(code)}")
        return real(root, path, **options)

    monkeypatch.setattr(discovery, "look", look)
    found = discover([tmp_path], "conv_net")
    assert students(found.submissions) == ["ok"]
    assert left_out(found)["locked"].startswith("cannot be read: ")


@pytest.mark.parametrize(
    "files",
    [
        {"alice.ipynb": NB, "alice/conv_net/x.ipynb": NB},
        {"alice.ipynb": NB, "alice (1).ipynb": NB},
        {"alice.ipynb": NB, "alice.ipynb.txt": NB},
        {"alice.zip": {"x.ipynb": NB}, "alice/x.ipynb": NB},
        {unicodedata.normalize(form, "jörg") + ".ipynb": NB for form in ("NFC", "NFD")},
        {"é" * 101 + ".ipynb": NB, "é" * 101 + ".zip": {"x.ipynb": NB}},
        {"A_1_assignsubmission_file_a.ipynb": NB, "A_1_assignsubmission_file_b.ipynb": NB},
        {"A_1_assignsubmission_file_/x.ipynb": NB, "A_1_assignsubmission_file/x.ipynb": NB},
    ],
)
def test_two_entries_of_one_student_are_both_told(tmp_path, files):
    """Which one counts is for a person to say: neither is graded, and the others are."""
    found = discover([put(tmp_path, files | {"bob.ipynb": NB})], "conv_net")
    assert students(found.submissions) == ["bob"]
    assert len(found.left_out) == 2
    assert all("keep one" in one.reason for one in found.left_out)


def test_names_that_would_share_a_folder_are_both_told(tmp_path):
    """A student called like the folder that stands for another's long name must not overwrite it."""
    long = "é" * 101
    escaped = discovery.student_folder(tmp_path, long).name
    found = discover(
        [put(tmp_path, {f"{long}.ipynb": NB, f"{escaped}.ipynb": NB, "x.ipynb": NB})], "conv_net"
    )
    assert students(found.submissions) == ["x"]
    assert len(found.left_out) == 2


def test_find_submissions_passes_over_what_nobody_hands_in(tmp_path):
    """Checkpoints and the droppings of desktops are no students, and need no word."""
    litter = [".ipynb_checkpoints/conv/a.ipynb", "._alice.ipynb", ".DS_Store", "Thumbs.db", "desktop.ini"]
    litter += ["~$alice.docx", "__MACOSX/._alice.ipynb", "submission_metadata.yml"]
    for name in litter:
        touch(tmp_path / name)
    touch(tmp_path / "alice.ipynb")
    found = discover([tmp_path], "conv")
    assert (students(found.submissions), found.left_out) == (["alice"], [])


def test_results_are_no_submissions(tmp_path):
    """The folder of results may lie in the class folder: it holds notebooks, and nobody handed it in."""
    touch(tmp_path / "alice.ipynb")
    touch(tmp_path / "results" / "conv" / "alice" / "notebook.ipynb")
    found = discover([tmp_path], "conv", skip=[tmp_path / "results"])
    assert (students(found.submissions), found.left_out) == (["alice"], [])


def test_find_submissions_joins_several_paths(tmp_path):
    """Notebooks and folders can be mixed; one that is named twice is one submission."""
    one, two = touch(tmp_path / "a" / "alice.ipynb"), touch(tmp_path / "b" / "bob.ipynb")
    assert students(discover([two, one.parent, two], "conv").submissions) == ["bob", "alice"]
    assert students(discover([two.parent, two], "conv").submissions) == ["bob"]


def test_find_submissions_names_a_path_that_is_none(tmp_path):
    """A misspelt path is one clear line."""
    with pytest.raises(UsageError, match=r"none\.ipynb does not exist"):
        discover([tmp_path / "none.ipynb"], "conv")
    with pytest.raises(UsageError, match=r"notes\.txt is no notebook: expected a name that ends in \.ipynb"):
        discover([touch(tmp_path / "notes.txt")], "conv")


def test_find_submissions_names_an_empty_folder(tmp_path):
    """Grading nobody is a mistake of the caller, and the message shows the layout that was expected."""
    with pytest.raises(
        UsageError, match=r"holds no submission of conv: expected <student>/conv/<notebook>\.ipynb"
    ):
        discover([tmp_path], "conv")
    with pytest.raises(UsageError, match="no submissions given"):
        discover([], "conv")


def test_large_class_folder_is_looked_through_once(tmp_path):
    """A folder of a student with thousands of files beside the notebook costs nobody the grade."""
    folder = tmp_path / "ada" / "conv_net"
    for number in range(2100):
        (folder / f"{number:04}").mkdir(parents=True)
    touch(folder / "x.ipynb")
    assert students(discover([tmp_path], "conv_net").submissions) == ["ada"]


def test_fault_of_an_id():
    """What `names` finds no fault with is an id."""
    assert not fault_of_id("mia smith")
    assert fault_of_id("../x")

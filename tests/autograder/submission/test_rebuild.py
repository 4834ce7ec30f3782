"""A submitted notebook is put back into shape: nothing that happened to its cells changes what is graded."""

from copy import deepcopy

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import v4

from autograder.assignment.answer_files import fill
from autograder.errors import Rejected
from autograder.result import Flag
from autograder.submission.parsing import SubmittedNotebook
from autograder.submission.rebuild import rebuild

DOUBLE = "def double(x): return 2 * x"
HALF = "def half(x): return x / 2"
IDS = ["text-1", "given-0", "given-1", "answer-double", "check-double", "text-2", "answer-half", "check-half"]


@pytest.fixture
def solved(released):
    """The notebook of a student with both answers."""
    return fill(released, (), {"double": DOUBLE, "half": HALF})


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def extra(source, cell_type="code"):
    make = v4.new_code_cell if cell_type == "code" else v4.new_markdown_cell
    return make(source, id="own")


def ids(rebuilt):
    return [cell.id for cell in rebuilt.notebook.cells]


def sources(rebuilt):
    """What runs, without the two given cells at the top."""
    return [cell.source for cell in rebuilt.cells if cell.kind != "given"]


def kinds(rebuilt):
    return [(flag.kind, flag.question) for flag in rebuilt.flags]


def attempted(rebuilt):
    """Questions whose own cell is no stub, or whose answer is said to be elsewhere."""
    own = {cell.question for cell in rebuilt.cells if cell.kind == "answer" and not is_stub(cell.source)}
    return own | {flag.question for flag in rebuilt.flags if flag.kind == "answer_elsewhere"}


def is_stub(source):
    return not source.strip() or "NotImplementedError" in source


def test_illustrations_are_kept_and_not_run(released, solved):
    """A given cell that only draws costs every submission time; no answer needs it."""
    for notebook in (released, solved):
        cell_of(notebook, "given-1").metadata["tags"] = ["illustration"]
    rebuilt = rebuild(released, solved)
    assert "given-1" in ids(rebuilt)
    assert [cell.index for cell in rebuilt.cells] == [1, 3, 6]
    answer = cell_of(released, "answer-half")
    answer.metadata["tags"] = ["illustration"]  # an answer always runs
    assert [cell.index for cell in rebuild(released, solved).cells] == [1, 3, 6]


def test_edited_illustration_is_restored_without_a_flag(released, solved):
    """Students change sizes in the cells that train: that is what these are for."""
    cell_of(solved, "given-1").source += "\nEPOCHS = 1"
    assert kinds(rebuild(released, solved)) == [("cell_repaired", None)]
    for notebook in (released, solved):
        cell_of(notebook, "given-1").metadata["tags"] = ["illustration"]
    rebuilt = rebuild(released, solved)
    assert rebuilt.flags == ()
    assert cell_of(rebuilt.notebook, "given-1").source == cell_of(released, "given-1").source


def test_rebuild_of_an_honest_notebook_changes_nothing(released, solved):
    """Answers and given cells run in order, each with its place in the notebook; no flags."""
    rebuilt = rebuild(released, solved)
    assert rebuilt.notebook == solved
    assert rebuilt.flags == ()
    assert attempted(rebuilt) == {"double", "half"}
    assert [(cell.kind, cell.question, cell.index) for cell in rebuilt.cells] == [
        ("given", None, 1),
        ("given", None, 2),
        ("answer", "double", 3),
        ("answer", "half", 6),
    ]
    assert [rebuilt.notebook.cells[cell.index].source for cell in rebuilt.cells] == [
        cell.source for cell in rebuilt.cells
    ]


def test_rebuild_of_the_release_has_nothing_attempted(released):
    """The notebook as shipped runs its stubs and claims no answer."""
    rebuilt = rebuild(released, released)
    assert attempted(rebuilt) == frozenset()
    assert rebuilt.flags == ()
    assert all("NotImplementedError" in source for source in sources(rebuilt))


def test_rebuild_does_not_change_its_arguments(released, solved):
    """One release is used for a whole class."""
    before, theirs = deepcopy(released), deepcopy(solved)
    solved.cells[3].metadata.nbgrader.points = 100
    theirs.cells[3].metadata.nbgrader.points = 100
    rebuild(released, solved).notebook.cells[0].metadata["x"] = 1
    assert released == before
    assert solved == theirs


def test_rebuild_carries_the_notes_of_reading(released, solved):
    """What was mended while reading is told with the rest."""
    note = Flag("salvaged", "The file begins with a byte-order mark.")
    assert rebuild(released, SubmittedNotebook(solved, "0", (note,))).flags == (note,)


def test_deleted_check_cells_are_restored(released, solved):
    """Threat 26: a check that is deleted is graded all the same."""
    solved.cells = [cell for cell in solved.cells if not cell.id.startswith("check")]
    rebuilt = rebuild(released, solved)
    assert ids(rebuilt) == IDS
    assert kinds(rebuilt) == [("cell_restored", "double"), ("cell_restored", "half")]


def test_code_written_into_a_text_cell_is_kept(released):
    """An answer in a cell that used to be text is still an answer, and the text is there again."""
    cell = cell_of(notebook := fill(released, (), {"half": HALF}), "text-2")
    cell.update(cell_type="code", source=DOUBLE)
    rebuilt = rebuild(released, notebook)
    assert ids(rebuilt) == [*IDS[:5], "extra-1", *IDS[5:]]
    assert attempted(rebuilt) == {"double", "half"}
    assert kinds(rebuilt) == [("cell_repaired", None), ("answer_elsewhere", "double")]


def test_deleted_given_and_text_cells_are_restored(released, solved):
    """Answers may rest on given code; only code is worth a flag."""
    solved.cells = [cell for cell in solved.cells if not cell.id.startswith(("given", "text"))]
    rebuilt = rebuild(released, solved)
    assert ids(rebuilt) == IDS
    assert [cell.kind for cell in rebuilt.cells] == ["given", "given", "answer", "answer"]
    assert kinds(rebuilt) == [("cell_restored", None)] * 2


def test_deleted_answer_comes_back_as_its_stub(released, solved):
    """A deleted answer costs its own question, with the reason that it is missing."""
    del solved.cells[3]
    rebuilt = rebuild(released, solved)
    assert ids(rebuilt) == IDS
    assert attempted(rebuilt) == {"half"}
    assert kinds(rebuilt) == [("cell_restored", "double")]


def test_edited_given_and_check_cells_are_as_released(released, solved):
    """Given code and checks are ours; what a student wrote over a check is kept as code of their own."""
    cell_of(solved, "given-1").source = "nothing = 1"
    cell_of(solved, "check-half").source = "print('mine')"
    cell_of(solved, "text-2").source = "Edited."
    rebuilt = rebuild(released, solved)
    assert ids(rebuilt) == [*IDS[:-1], "extra-1", "check-half"]
    assert [cell.source for cell in rebuilt.cells][1:] == ["import math", DOUBLE, HALF, "print('mine')"]
    assert cell_of(rebuilt.notebook, "check-half").source == 'check("half")'
    assert cell_of(rebuilt.notebook, "text-2").source == "The other way round."
    assert kinds(rebuilt) == [("cell_repaired", None), ("cell_repaired", "half")]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("check-double", {"grade": False}),
        ("check-double", {"points": 100}),
        ("check-double", {"solution": True, "locked": False}),
        ("answer-double", {"solution": False}),
        ("answer-double", {"grade": True, "points": 100}),
    ],
)
def test_changed_metadata_is_repaired(released, solved, name, change):
    """Threat 27: points and marks are those of the release, whatever the notebook says."""
    cell_of(solved, name).metadata.nbgrader.update(change)
    rebuilt = rebuild(released, solved)
    original = cell_of(released, name)
    assert cell_of(rebuilt.notebook, name).metadata == original.metadata
    assert kinds(rebuilt) == [("cell_repaired", "double")]
    assert next(iter(change)) in rebuilt.flags[0].text
    assert sources(rebuilt) == [DOUBLE, HALF]


@pytest.mark.parametrize("cell_type", ["markdown", "raw"])
@pytest.mark.parametrize("name", ["answer-double", "check-double", "given-1"])
def test_cells_turned_to_text_are_code_again(released, solved, name, cell_type):
    """Threat 27: one key press in Jupyter turns code to text; the answer in it counts."""
    cell_of(solved, name)["cell_type"] = cell_type
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == [DOUBLE, HALF]
    assert [flag.kind for flag in rebuilt.flags] == ["cell_repaired"]
    assert f"was turned into {cell_type}" in rebuilt.flags[0].text


def test_moved_answers_are_found(released, solved):
    """Answers are taken by id wherever they are, and run where the student put them."""
    solved.cells.insert(0, solved.cells.pop(6))
    rebuilt = rebuild(released, solved)
    assert (rebuilt.cells[0].kind, rebuilt.cells[0].question) == ("answer", "half")
    assert attempted(rebuilt) == {"double", "half"}
    assert rebuilt.flags == ()


@pytest.mark.parametrize("lost", ["nbgrader", "id", "both"])
def test_answers_are_found_by_any_of_their_marks(released, solved, lost):
    """Other editors drop cell ids or nbgrader's metadata; one of three marks is enough."""
    for cell in solved.cells:
        if lost in ("nbgrader", "both"):
            del cell.metadata["nbgrader"]
        if lost in ("id", "both") and cell.cell_type == "code":
            cell.id = f"new-{cell.id}"
    assert attempted(rebuild(released, solved)) == {"double", "half"}


def test_lost_marks_leave_definitions_that_count(released, solved):
    """A notebook that was pasted together anew has no marks at all, and its functions are still there."""
    pasted = v4.new_notebook(cells=[v4.new_code_cell(cell.source) for cell in solved.cells[3::3]])
    rebuilt = rebuild(released, pasted)
    assert attempted(rebuilt) == {"double", "half"}
    assert sources(rebuilt) == [DOUBLE, HALF]
    assert ids(rebuilt) == [*IDS, "extra-1", "extra-2"]
    assert ("answer_elsewhere", "half") in kinds(rebuilt)


def test_duplicated_answer_takes_the_last_non_empty(released):
    """Threat 28: the last answer counts, stubs and empty copies after it do not; the others run before it."""
    notebook = fill(
        released, [("half", "def half(x): return 0"), ("half", HALF), ("half", " ")], {"double": DOUBLE}
    )
    stub = deepcopy(cell_of(released, "answer-half"))
    notebook.cells.append(stub)
    rebuilt = rebuild(released, notebook)
    assert sources(rebuilt) == [DOUBLE, "def half(x): return 0", HALF]
    assert [cell.question for cell in rebuilt.cells if cell.source == HALF] == ["half"]
    assert kinds(rebuilt) == [("duplicate_answer", "half")]
    assert "occurs 2 times" in rebuilt.flags[0].text


def test_split_answer_runs_both_halves(released, solved):
    """Splitting a cell in Jupyter gives both halves the same marks; neither half may get lost."""
    tail = deepcopy(cell_of(solved, "answer-half"))
    tail.id, tail.source = "tail", "print(half(3))"
    solved.cells.insert(7, tail)
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == [DOUBLE, HALF, "print(half(3))"]
    assert "half" in attempted(rebuilt)


def test_old_version_kept_as_text_is_no_duplicate(released, solved):
    """A copy that the student turned into text was meant to be switched off."""
    old = deepcopy(cell_of(solved, "answer-half"))
    old.update(cell_type="markdown", id="old", source="def half(x): return None")
    solved.cells.append(old)
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == [DOUBLE, HALF]
    assert rebuilt.flags == ()


@pytest.mark.parametrize("place", [0, 3, 8], ids=["before", "just before", "after"])
def test_answer_in_a_new_cell_wins_over_the_stub(released, place):
    """Threat 29: the answer stands in another cell, and the blank original must not undo it."""
    notebook = fill(released, (), {"half": HALF})
    notebook.cells.insert(place, extra(DOUBLE))
    rebuilt = rebuild(released, notebook)
    assert sorted(sources(rebuilt)) == sorted([DOUBLE, HALF])
    assert attempted(rebuilt) == {"double", "half"}
    assert kinds(rebuilt) == [("answer_elsewhere", "double")]


def test_answers_in_one_cell_win_over_the_other_stub(released):
    """All functions written into the first answer cell are found there."""
    rebuilt = rebuild(released, fill(released, (), {"double": f"{DOUBLE}\n\n{HALF}"}))
    assert sources(rebuilt) == [f"{DOUBLE}\n\n{HALF}"]
    assert attempted(rebuilt) == {"double", "half"}
    assert kinds(rebuilt) == [("answer_elsewhere", "half")]


def test_definition_after_an_answer_is_flagged(released, solved):
    """The last definition wins, as it does in the student's own kernel; an instructor can see it."""
    solved.cells.append(extra("def double(x): return 0"))
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == [DOUBLE, HALF, "def double(x): return 0"]
    assert kinds(rebuilt) == [("answer_elsewhere", "double")]


def test_draft_before_an_answer_is_not_flagged(released, solved):
    """A first try above the answer cell is nobody's business."""
    solved.cells.insert(0, extra("def double(x): return 0"))
    assert rebuild(released, solved).flags == ()


def test_extra_cells_are_kept_where_they_stand(released, solved):
    """Helpers and notes of the student's own stay, with ids of ours and no marks."""
    note = extra("My note.", "markdown")
    note.metadata["nbgrader"] = {"grade": True, "points": 5, "grade_id": "invented"}
    solved.cells[4:4] = [extra("helper = 1"), note]
    rebuilt = rebuild(released, solved)
    assert ids(rebuilt) == [*IDS[:4], "extra-1", "extra-2", *IDS[4:]]
    assert sources(rebuilt) == [DOUBLE, "helper = 1", HALF]
    assert rebuilt.notebook.cells[5].metadata == {}
    nbformat.validate(rebuilt.notebook)


def test_code_under_the_id_of_a_check_is_kept_as_extra(released, solved):
    """A cell that only claims to be a check is the student's own code, and the true check is there too."""
    imposter = extra("sneaky = 1")
    imposter.metadata["nbgrader"] = {"grade": True, "grade_id": "check-double", "points": 100}
    solved.cells.insert(0, imposter)
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == ["sneaky = 1", DOUBLE, HALF]
    assert ids(rebuilt) == ["extra-1", *IDS]


def test_copies_of_checks_do_not_run(released, solved):
    """A copied check does nothing in grading; a copy of given code runs again, as it did for the student."""
    for name in ("check-half", "given-1"):
        copy = deepcopy(cell_of(solved, name))
        copy.id = f"copy-of-{name}"
        solved.cells.append(copy)
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == [DOUBLE, HALF, "import math"]
    assert rebuilt.flags == ()


def test_answer_pointed_at_another_question_still_counts(released, solved):
    """Changing one cell's id to another's gains nothing and loses nothing."""
    cell_of(solved, "answer-double").metadata.nbgrader.grade_id = "answer-half"
    rebuilt = rebuild(released, solved)
    assert sources(rebuilt) == [DOUBLE, HALF]
    assert attempted(rebuilt) == {"double", "half"}
    assert {kind for kind, _ in kinds(rebuilt)} == {"duplicate_answer", "cell_restored", "answer_elsewhere"}


def test_kernelspec_of_the_student_is_ignored(released, solved):
    """Threat 32: the metadata of the notebook are those of the release."""
    solved.metadata["kernelspec"] = {"name": "../../bin/sh", "display_name": "x"}
    assert rebuild(released, solved).notebook.metadata == released.metadata


def test_emptied_answer_is_not_attempted(released, solved):
    """An answer cell that was emptied is no attempt, and runs as nothing."""
    cell_of(solved, "answer-double").source = "\n"
    rebuilt = rebuild(released, solved)
    assert attempted(rebuilt) == {"half"}
    assert sources(rebuilt) == ["\n", HALF]


@pytest.mark.parametrize(
    "cells", [[], [extra("x = 1")], [extra(DOUBLE, "markdown")]], ids=["none", "other", "text"]
)
def test_notebook_of_another_assignment_is_rejected(released, cells):
    """Threat 30: the wrong notebook is told from one that was not worked on."""
    with pytest.raises(
        Rejected, match="no cell of the notebook belongs to this assignment; was another notebook"
    ):
        rebuild(released, v4.new_notebook(cells=cells))


MARKED = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": st.sampled_from([*IDS, "x"]) | st.integers(),
        "grade": st.booleans(),
        "points": st.floats() | st.none() | st.integers(),
        "solution": st.booleans() | st.text(max_size=3),
    },
)
CELL = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw", "junk"]),
        "source": st.sampled_from([DOUBLE, HALF, "", "x = 1", 'check("half")', "\0", "def half(", "%%bash"])
        | st.text(),
        "id": st.sampled_from([*IDS, "own", ""]),
        "metadata": st.fixed_dictionaries(
            {}, optional={"nbgrader": MARKED, "question": st.sampled_from(["half", ""])}
        ),
    }
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELL, max_size=12))
def test_any_shuffle_of_cells_is_rebuilt_into_the_release(released, cells):
    """Whatever happened to the cells, the result is valid and has each cell of the release once."""
    try:
        rebuilt = rebuild(released, {"cells": cells})
    except Rejected:
        return
    nbformat.validate(rebuilt.notebook)
    by_id = {cell.id: cell for cell in rebuilt.notebook.cells}
    assert len(by_id) == len(rebuilt.notebook.cells)
    for original in released.cells:
        restored = by_id[original.id]
        assert (restored.cell_type, restored.metadata) == (original.cell_type, original.metadata)
        assert restored.source == original.source or original.id.startswith("answer")
    code = [cell for cell in rebuilt.notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] for cell in code)
    assert attempted(rebuilt) <= {"double", "half"}
    assert [cell.index for cell in rebuilt.cells] == sorted({cell.index for cell in rebuilt.cells})


FORMS = [
    "if True:\n    def double(x): return 2 * x",
    "try:\n    def double(x): return 2 * x\nfinally: pass",
    "for _ in range(1):\n    def double(x): return 2 * x",
    "@staticmethod\ndef double(x): return 2 * x",
    "async def double(x): return 2 * x",
    "double = lambda x: 2 * x",
    "double, other = (lambda x: 2 * x), 1",
    "*double, other = 1, 2",
    "(double := lambda x: 2 * x)",
    "import operator as double",
    "from operator import mul as double",
    "from helper import double",
    'globals()["double"] = lambda x: 2 * x',
    "def make():\n    global double\n    def double(x): return 2 * x\nmake()",
    "%matplotlib inline\nif True:\n    def double(x): return 2 * x",
]


@pytest.mark.parametrize("form", FORMS)
def test_answer_above_its_stub_counts_in_every_form(released, form):
    """Whatever binds the name above, the stub does not undo it, and the note says where the answer is."""
    solved = deepcopy(released)
    solved.cells.insert(1, extra(form))
    rebuilt = rebuild(released, solved)
    assert "double" not in [cell.question for cell in rebuilt.cells]
    assert ("answer_elsewhere", "double") in kinds(rebuilt)


@pytest.mark.parametrize(
    "form",
    [
        "from helper import *",
        "exec('def double(x): return 2 * x')",
        "vars()['double'] = abs",
        "%run helper.py",
    ],
)
def test_stub_leaves_alone_what_was_bound_unseen(released, form):
    """What reading cannot find is asked when the stub runs; without such a cell the stub is as released."""
    solved = deepcopy(released)
    solved.cells.insert(1, extra(form))
    rebuilt = rebuild(released, solved)
    (stub,) = [cell.source for cell in rebuilt.cells if cell.question == "double"]
    namespace = {"double": abs}
    exec(stub, namespace)
    assert namespace["double"] is abs
    namespace = {}
    exec(stub, namespace)
    with pytest.raises(NotImplementedError):
        namespace["double"](1)
    assert cell_of(rebuilt.notebook, "answer-double").source == cell_of(released, "answer-double").source


@pytest.mark.parametrize(
    "form", ["def other(double): ...", "class A:\n    def double(self, x): ...", "double(3)"]
)
def test_name_that_is_not_bound_leaves_the_stub(released, form):
    """A parameter, a method or a call is no answer."""
    solved = deepcopy(released)
    solved.cells.insert(1, extra(form))
    rebuilt = rebuild(released, solved)
    assert "double" in [cell.question for cell in rebuilt.cells]
    assert kinds(rebuilt) == []


def test_import_added_to_a_given_cell_is_kept(released, solved):
    """It becomes code of the student's own, behind the given cell, which is as released again; a flag says so."""
    given = next(cell for cell in solved.cells if cell.id == "given-1")
    given.source += "\nimport scipy.signal as sig\nfrom os import path\nHELP = 1\nmath = None"
    rebuilt = rebuild(released, solved)
    before = [cell.id for cell in rebuilt.notebook.cells].index("given-1")
    added = rebuilt.notebook.cells[before + 1 : before + 3]
    assert [cell.source for cell in added] == ["import scipy.signal as sig", "from os import path"]
    assert cell_of(rebuilt.notebook, "given-1").source == cell_of(released, "given-1").source
    (flag,) = [flag for flag in rebuilt.flags if flag.kind == "imports_kept"]
    assert "import scipy.signal as sig; from os import path" in flag.text
    assert rebuilt.lost == {"HELP": "given-1", "sig": "given-1", "path": "given-1"}
    assert [cell.kind for cell in rebuilt.cells if cell.index in (before + 1, before + 2)] == [
        "extra",
        "extra",
    ]


def test_very_many_added_imports_make_one_cell(released, solved):
    """A notebook cannot be blown up by them."""
    given = next(cell for cell in solved.cells if cell.id == "given-1")
    given.source += "".join(f"\nimport m{n}" for n in range(300))
    rebuilt = rebuild(released, solved)
    assert len(rebuilt.notebook.cells) == len(solved.cells) + 1


def test_given_cell_that_only_lost_something_keeps_nothing(released, solved):
    """What is not an added import is as released, and nothing else appears."""
    given = next(cell for cell in solved.cells if cell.id == "given-1")
    given.source = "import math  # and a comment"
    rebuilt = rebuild(released, solved)
    assert len(rebuilt.notebook.cells) == len(solved.cells)
    assert "imports_kept" not in dict(kinds(rebuilt))


def test_cells_are_numbered_as_the_student_sees_them(released, solved):
    """Numbers count code cells of the student's notebook, checks too, and none that was added here."""
    solved.cells.insert(0, extra("own = 1"))
    given = next(cell for cell in solved.cells if cell.id == "given-1")
    given.source += "\nimport os"
    numbers = {cell.source: cell.number for cell in rebuild(released, solved).cells}
    code = [cell.source for cell in solved.cells if cell.cell_type == "code"]
    assert numbers["own = 1"] == 1
    assert numbers[DOUBLE] == code.index(DOUBLE) + 1
    assert numbers[HALF] == code.index(HALF) + 1
    assert numbers["import os"] == numbers["import math"]

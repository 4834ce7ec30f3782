"""Tampering with the notebook (threats 26 to 34): what runs and what counts is decided by the release, not by the file."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import zipfile

import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbgrader.utils import determine_grade, is_grade

from autograder.assignment.cells import plain_cell
from autograder.submission.discovery import Submission, submission_at
from tests.corpus.conftest import WRONG, assert_loses, checks_of, flags_of


def cell_of(notebook, name):
    """Return the cell with this id."""
    return next(cell for cell in notebook.cells if cell.id == name)


def believed(notebook):
    """Return {cell: (points, of)} as nbgrader reads them from a submitted notebook, taking every check as passed."""
    graded = [cell for cell in notebook.cells if is_grade(cell)]
    return {
        cell.metadata.nbgrader.grade_id: determine_grade(cell, logging.getLogger("nbgrader"))
        for cell in graded
    }


def namespace_as_submitted(notebook):
    """Run the answers in the order of the file, as a grader does that believes it, and return the names."""
    names = {}
    for cell in notebook.cells:
        if (
            cell.cell_type == "code"
            and not cell.id.startswith(("check", "given-2"))
            and "plotting" not in cell.source
        ):
            try:
                exec("import numpy as np\n" + cell.source, names)
            except Exception as error:
                names["failed"] = error
    return names


@pytest.fixture
def perfect(grader):
    """A notebook with all answers right."""
    return grader.notebook()


def test_26_check_cell_is_deleted(grader, perfect):
    """A deleted check cell is put back, and its question graded."""
    wrong = grader.notebook(("conv1d", WRONG["conv1d"]))
    for notebook in (perfect, wrong):
        notebook.cells = [cell for cell in notebook.cells if cell.id != "check-conv1d"]
    assert "check-conv1d" not in believed(wrong)  # nobody would notice that it is wrong
    for notebook, lost in ((perfect, set()), (wrong, {"conv1d"})):
        graded = grader.referee.grade_notebook("student", notebook)
        assert_loses(graded.result, lost)
        assert flags_of(graded) == {("cell_restored", "conv1d")}
        assert cell_of(graded.notebook, "check-conv1d").source == 'check("conv1d")'


def test_26_all_cells_of_ours_are_deleted(grader, perfect):
    """Answers alone are enough: text, given code and checks come from the release."""
    perfect.cells = [cell for cell in perfect.cells if cell.id.startswith("answer-")]
    assert believed(perfect) == {}
    graded = grader.referee.grade_notebook("student", perfect)
    assert_loses(graded.result, set())
    assert [cell.id for cell in graded.notebook.cells] == [cell.id for cell in grader.referee.released.cells]


CHANGES = {
    "27-grade-false": {"grade": False},
    "27-solution-true": {"solution": True},
    "27-points-100": {"points": 100},
    "27-points-negative": {"points": -5},
    "27-points-nan": {"points": float("nan")},
    "27-grade_id-of-another": {"grade_id": "check-conv2d"},
    "27-grade_id-of-nothing": {"grade_id": "free points"},
    "27-unlocked": {"locked": False},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_27_metadata_of_a_check_cell_are_changed(grader, change):
    """What a cell is worth, and that it is graded, is said by the release."""
    notebook = grader.notebook(("conv1d", WRONG["conv1d"]))
    before = believed(notebook)
    cell_of(notebook, "check-conv1d").metadata.nbgrader.update(change)
    if "locked" not in change:
        assert repr(believed(notebook)) != repr(before)
    graded = grader.referee.grade_notebook("student", notebook)
    assert_loses(graded.result, {"conv1d"})
    assert graded.result.max_score == 40
    released = cell_of(grader.referee.released, "check-conv1d")
    assert cell_of(graded.notebook, "check-conv1d").metadata == released.metadata


def test_27_metadata_of_an_answer_cell_are_changed(grader, perfect):
    """An answer stays an answer, whatever it calls itself: taken for a check, it would be worth what it says."""
    cell_of(perfect, "answer-conv1d").metadata.nbgrader.update(grade=True, solution=False, points=100)
    assert believed(perfect)["answer-conv1d"] == (100, 100)
    graded = grader.referee.grade_notebook("student", perfect)
    assert_loses(graded.result, set())
    assert ("cell_repaired", "conv1d") in flags_of(graded)


@pytest.mark.parametrize("name", ["check-conv1d", "answer-conv1d"])
@pytest.mark.parametrize("kind", ["markdown", "raw", "strange"])
def test_27_cell_is_turned_to_text(grader, perfect, name, kind):
    """A check that became text is a check again, and an answer that became text is code again."""
    cell = cell_of(perfect, name)
    cell.cell_type = kind
    if name.startswith("check"):
        assert believed(perfect)[name][0] is None  # left to be graded by hand
    else:
        assert "conv1d" not in namespace_as_submitted(perfect)
    graded = grader.referee.grade_notebook("student", perfect)
    assert_loses(graded.result, set())
    assert flags_of(graded) == {("cell_repaired", "conv1d")}


def test_27_check_cell_is_edited(grader):
    """Code written over a check runs as the student's own, and is worth nothing."""
    notebook = grader.notebook(("conv1d", WRONG["conv1d"]))
    cell_of(notebook, "check-conv1d").source = "7.0  # points, please"
    graded = grader.referee.grade_notebook("student", notebook)
    assert_loses(graded.result, {"conv1d"})
    assert cell_of(graded.notebook, "check-conv1d").source == 'check("conv1d")'
    assert cell_of(graded.notebook, "check-conv1d").outputs == []


@pytest.mark.parametrize(
    "order", [("right", "blank"), ("wrong", "right"), ("blank", "wrong", "right", "blank")]
)
def test_28_question_occurs_more_than_once(grader, order):
    """The last answer that is not blank counts; more than one is flagged."""
    blank = cell_of(grader.referee.released, "answer-conv1d").source
    sources = {"right": grader.answers["conv1d"], "wrong": WRONG["conv1d"], "blank": blank}
    notebook = grader.notebook(*(("conv1d", sources[name]) for name in order))
    found = [cell.source for cell in notebook.cells if cell.metadata.get("question") == "conv1d"]
    assert {found[0], found[-1]} != {sources["right"]}  # simply the first, or simply the last, is another one
    graded = grader.referee.grade_notebook("student", notebook)
    assert_loses(graded.result, set())
    expected = {("duplicate_answer", "conv1d")} if order.count("blank") < len(order) - 1 else set()
    assert flags_of(graded) == expected


def test_28_wrong_answer_after_a_right_one(grader):
    """No choice is made in the student's favour: the last one counts."""
    graded = grader.loses("conv1d", ("conv1d", grader.answers["conv1d"]), ("conv1d", WRONG["conv1d"]))
    assert flags_of(graded) == {("duplicate_answer", "conv1d")}


@pytest.mark.parametrize("place", ["before", "after", "end"])
def test_29_answer_in_a_new_cell(grader, perfect, place):
    """An answer beside its blank cell counts wherever it stands, and is noted."""
    answer = cell_of(perfect, "answer-conv1d")
    own = plain_cell("code", answer.source, "my-own-cell")
    answer.source = cell_of(grader.referee.released, "answer-conv1d").source
    index = perfect.cells.index(answer)
    perfect.cells.insert({"before": index, "after": index + 1, "end": len(perfect.cells)}[place], own)
    if place == "before":
        with pytest.raises(NotImplementedError):
            namespace_as_submitted(perfect)["conv1d"](None, None)
    graded = grader.referee.grade_notebook("student", perfect)
    assert_loses(graded.result, set())
    assert flags_of(graded) == {("answer_elsewhere", "conv1d")}


def test_29_last_definition_wins(grader, perfect):
    """A later cell that defines the function again is what is graded, and that is noted."""
    perfect.cells.append(plain_cell("code", WRONG["conv1d"], "my-own-cell"))
    graded = grader.referee.grade_notebook("student", perfect)
    assert_loses(graded.result, {"conv1d"})
    assert flags_of(graded) == {("answer_elsewhere", "conv1d")}


def write(path, notebook):
    """Write a notebook as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def test_30_notebook_is_renamed(grader, perfect, tmp_path):
    """Cells are matched by their ids, not by the name of a file."""
    write(tmp_path / "student" / "conv_arithmetic" / "Untitled (3) final.ipynb", perfect)
    graded = grader.referee.grade(Submission("student", tmp_path / "student" / "conv_arithmetic", tmp_path))
    assert_loses(graded.result, set())


def test_30_two_notebooks(grader, perfect, tmp_path):
    """The answered one counts; where that is unclear, the student is told so."""
    folder = tmp_path / "student" / "conv_arithmetic"
    write(folder / "conv_arithmetic.ipynb", grader.referee.released)
    write(folder / "my solution.ipynb", perfect)
    first = sorted(folder.iterdir())[0]
    assert (
        first.name == "conv_arithmetic.ipynb"
    )  # a grader that takes the first, or the name, would grade a blank one
    graded = grader.referee.grade(Submission("student", folder, tmp_path))
    assert_loses(graded.result, set())
    assert flags_of(graded) == {("several_notebooks", None)}
    write(folder / "conv_arithmetic.ipynb", {"cells": []})
    write(folder / "another solution.ipynb", grader.notebook(("conv1d", WRONG["conv1d"])))
    result = grader.referee.grade(Submission("student", folder, tmp_path)).result
    assert (result.status, result.score) == ("infrastructure_error", None)  # for a person, and no zero
    assert "unclear which one counts" in result.reason


def test_30_ids_of_cells_are_lost(grader, perfect):
    """Some editors drop cell ids; the metadata still say which cell it was, and likewise the other way round."""
    for number, cell in enumerate(perfect.cells):
        cell.id = f"new-{number}"
    without_metadata = grader.notebook()
    for cell in without_metadata.cells:
        cell.metadata = {}
    for notebook in (perfect, without_metadata):
        assert_loses(grader.referee.grade_notebook("student", notebook).result, set())


def graded_bytes(grader, tmp_path, data):
    """Grade a file with these bytes."""
    path = tmp_path / "conv_arithmetic.ipynb"
    path.write_bytes(data)
    return grader.referee.grade(submission_at(path))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"{", "not valid JSON"),
        (b"[1, 2]", "holds no cells"),
        (b'{"cells": 5}', "holds no cells"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cells": [' + b"1," * 5_000_000 + b"1]}", "too many values"),
        (b"\x80\x04\x95", "not text in UTF-8"),
        (b"<html>", "web page"),
        (b'{"cells": []}', "no cell of the notebook belongs to this assignment"),
        (b'{"nbformat": 1' + b"0" * 5000 + b', "cells": []}', "no notebook: it is not valid JSON"),
    ],
    ids=["empty", "half", "list", "number", "deep", "many", "binary", "html", "no-cells", "long-number"],
)
def test_31_file_that_is_no_notebook(grader, tmp_path, data, reason):
    """What cannot be read is rejected with the reason, and does not stop the class."""
    if reason not in (
        "holds no cells",
        "too many values",
        "no cell of the notebook belongs to this assignment",
    ):
        with pytest.raises((ValueError, RecursionError)):
            json.loads(data)
    result = graded_bytes(grader, tmp_path, data).result
    assert (result.status, result.score) == ("rejected", 0)
    assert reason in result.reason
    assert {check.status for check in result.checks} == {"not_run"}


def test_31_notebook_of_an_old_format(grader, perfect, tmp_path):
    """nbformat 3 keeps its cells in worksheets, and its code in `input`."""
    cells = [{**cell, "input": cell.source, "language": "python"} for cell in perfect.cells]
    for cell in cells:
        del cell["source"], cell["id"]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert "cells" not in old
    assert_loses(graded_bytes(grader, tmp_path, json.dumps(old).encode()).result, set())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_31_byte_order_mark(grader, perfect, tmp_path, encoding):
    """Editors on Windows write one; it costs nothing, and is noted."""
    data = json.dumps(perfect).encode(encoding)
    with pytest.raises(ValueError, match=r"BOM|can't decode"):
        json.loads(data.decode("utf-8"))
    graded = graded_bytes(grader, tmp_path, data)
    assert_loses(graded.result, set())
    assert flags_of(graded) == {("salvaged", None)}


def test_31_outputs_of_200_megabytes(grader, perfect, tmp_path):
    """A file too large to read is rejected with what to do, before any of it is read."""
    path = tmp_path / "conv_arithmetic.ipynb"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    result = grader.referee.grade(submission_at(path)).result
    assert (result.status, result.score) == ("rejected", 0)
    assert "200 MiB; at most 32 MiB are read: clear its outputs" in result.reason
    for cell in perfect.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                {"output_type": "stream", "name": "stdout", "text": "x" * (1 << 20)},
                5,
                {"output_type": None},
            ]
            cell.execution_count = "many"
    assert_loses(graded_bytes(grader, tmp_path, json.dumps(perfect).encode()).result, set())


@pytest.mark.parametrize("name", ["../../evil", "no-such-kernel", "$(touch x)", "", None, 5, ["python3"]])
def test_32_hostile_kernelspec(grader, perfect, name):
    """No kernel is started, so its name is of no consequence."""
    perfect.metadata = {
        "kernelspec": {"name": name, "argv": ["rm", "-rf", "/"]},
        "language_info": {"name": name},
    }
    if isinstance(name, str):
        with pytest.raises((NoSuchKernel, ValueError)):  # a grader that starts the kernel that is named
            KernelSpecManager().get_kernel_spec(name)
    graded = grader.referee.grade_notebook("student", perfect)
    assert_loses(graded.result, set())
    assert graded.notebook.metadata == grader.referee.released.metadata


def test_33_symbolic_link(grader, perfect, tmp_path):
    """A link in a submission is never followed: it may show one student another's work, or a file of the grader's."""
    write(tmp_path / "other" / "conv_arithmetic.ipynb", perfect)
    for name, target in (("file", "conv_arithmetic.ipynb"), ("folder", "")):
        root = tmp_path / name
        folder = root / "student"
        folder.mkdir(parents=True)
        link = folder / "conv_arithmetic.ipynb" if name == "file" else folder / "conv_arithmetic"
        link.symlink_to(tmp_path / "other" / target)
        path = link if name == "file" else link / "conv_arithmetic.ipynb"
        assert json.loads(path.read_text())["cells"]  # a grader that simply opens it
        for submission in (Submission("student", path, root), Submission("student", link, root)):
            result = grader.referee.grade(submission).result
            assert (result.status, result.score) == ("rejected", 0)
            assert "link" in result.reason


def test_33_path_that_leads_out(grader, perfect, tmp_path):
    """Neither does `..` lead anywhere, in a path or in a student's id."""
    write(tmp_path / "secret.ipynb", perfect)
    root = tmp_path / "submitted"
    root.mkdir()
    path = root / ".." / "secret.ipynb"
    assert path.exists()
    for submission in (
        Submission("student", path, root),
        Submission("../student", tmp_path / "secret.ipynb", tmp_path),
    ):
        result = grader.referee.grade(submission).result
        assert (result.status, result.score) == ("rejected", 0)
        assert re.search(r"outside the folder of submissions|student id '\.\./student'", result.reason)


def test_33_zip_bomb(grader, tmp_path):
    """An archive is no notebook, and is not unpacked."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("conv_arithmetic.ipynb", bytes(64 << 20))
    assert len(archive.getvalue()) < 1 << 20
    with zipfile.ZipFile(archive) as file:
        assert file.infolist()[0].file_size == 64 << 20  # a grader that unpacks it
    result = graded_bytes(grader, tmp_path, archive.getvalue()).result
    assert (result.status, result.score) == ("rejected", 0)
    assert "zip archive" in result.reason


def test_33_file_that_is_gone(grader, tmp_path):
    """What was there when the class folder was listed, and has gone, is nobody's zero."""
    result = grader.referee.grade(submission_at(tmp_path / "conv_arithmetic.ipynb")).result
    assert (result.status, result.score) == ("infrastructure_error", None)
    assert "is not there" in result.reason


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "socket"])
def test_33_no_file_at_all(grader, tmp_path, kind):
    """A pipe would make a reader wait for ever; like everything that is no file, it is rejected."""
    path = tmp_path / "conv_arithmetic.ipynb"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "device":
            path.symlink_to("/dev/zero")
        case "socket":
            subprocess.run(
                [
                    sys.executable,
                    "-c",
                    f"import os, socket; os.chdir({str(tmp_path)!r}); socket.socket(1).bind({path.name!r})",
                ],
                check=True,
            )
    result = grader.referee.grade(submission_at(path)).result
    assert (result.status, result.score) == ("rejected", 0)


SHELL = {
    "34-bash": "%%bash\nrm -rf {target}",
    "34-bang": "!rm -rf {target}",
    "34-system": "import os\nos.system('rm -rf {target}')",
    "34-subprocess": "import subprocess\nsubprocess.run(['rm', '-rf', '{target}'])",
    "34-sx": "files = !rm -rf {target}",
    "34-run": "open('{script}', 'w').write('import shutil; shutil.rmtree(\"{target}\")')\n%run {script}",
}


@pytest.mark.parametrize("cell", SHELL.values(), ids=SHELL)
def test_34_shell_commands(grader, open_grader, tmp_path, cell):
    """Commands run, inside: they reach no file of the machine."""
    target = tmp_path / "precious"
    for referee, script in ((open_grader, tmp_path / "harm.py"), (grader, "/tmp/harm.py")):
        target.mkdir(exist_ok=True)
        (target / "file").write_text("precious")
        referee.loses(None, (None, cell.format(target=target, script=script)))
        assert target.exists() is (referee is grader)


def test_34_removing_everything(grader):
    """`rm -rf /` removes what the submission itself wrote; it is graded, and so is the next one."""
    grader.loses("conv1d", (None, "!rm -rf --no-preserve-root / 2>/dev/null"), ("conv1d", WRONG["conv1d"]))
    grader.loses(None)


@pytest.mark.parametrize(
    "question",
    ["input('your name? ')", "import getpass; getpass.getpass()", "import sys; sys.stdin.readline()[0]"],
)
def test_34_input(grader, question):
    """Nobody answers a question: it ends at once, and not with the time-out."""
    waiting = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(0.3)  # where there is somebody, it waits
    waiting.kill()
    waiting.communicate()
    graded = grader.loses("conv1d", ("conv1d", question))
    message = checks_of(graded, "conv1d")[0].message
    assert message.startswith("The cell of this question stopped with ")
    if "readline" not in question:
        assert "EOFError" in message
        assert "Nobody is there to answer input()" in message

"""The parts of the bridge to nbgrader on their own; the cycle with nbgrader is tested in tests/hub."""

import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook, new_output
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import determine_grade

from autograder.assignment import load_assignment
from autograder.assignment.cells import check_cell
from autograder.errors import InfrastructureError, UsageError
from autograder.nbgrader_bridge import Grade, Rebuild, SaveGrades
from autograder.nbgrader_bridge.course import submitted_folder
from autograder.nbgrader_bridge.grade import report, summary
from autograder.nbgrader_bridge.warm import close_referees, warm_referee
from autograder.result import CheckResult, Result

CHECKS = '''\
import pytest
from doubling_reference import doubled

@pytest.mark.points(2)
@pytest.mark.question("double")
def test_double(student, rng):
    """double must double."""
    assert student.double(3) == doubled(3)
'''


@pytest.fixture
def assignment(tmp_path, monkeypatch):
    """An assignment with a reference in a package of its own."""
    folder = tmp_path / "assignments" / "doubling"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text('title = "Doubling"\n')
    (folder / "notebook.py").write_text('# %% question="double"\ndef double(x):\n    return 2 * x\n')
    (folder / "checks_public.py").write_text(CHECKS)
    package = tmp_path / "packages" / "doubling_reference"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("def doubled(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(str(package.parent))
    yield load_assignment(folder)
    close_referees()
    sys.modules.pop("doubling_reference", None)


@pytest.fixture
def autograde(tmp_path):
    """nbgrader's command in a course directory that holds the assignments as well."""
    return Autograde(coursedir=CourseDirectory(root=str(tmp_path)))


def resources(**names):
    """Return what nbgrader tells its preprocessors."""
    return {"nbgrader": {"assignment": "doubling", "notebook": "doubling", "student": "ada", **names}}


def result(*points, status="graded", reason=""):
    """Return a result of checks of one question, each worth 2 points."""
    checks = tuple(
        CheckResult(f"test_{i}", "double", "Must.", p, 2, "passed" if p == 2 else "failed", "public")
        for i, p in enumerate(points)
    )
    return Result("doubling", "ada", status, 2 * len(points), checks, reason=reason)


@pytest.mark.parametrize("points", [(2, 2), (2, 0), (0.1, 0.2), (0, 0)])
def test_report_is_read_as_the_score(points):
    """nbgrader's own reader finds the very number that we mean."""
    cell = check_cell("double", 4)
    cell.outputs = report(result(*points), "double")
    assert determine_grade(cell) == (sum(points), 4)


def test_report_of_a_rejected_submission_is_zero():
    """No output at all would be full points to nbgrader."""
    cell = check_cell("double", 4)
    cell.outputs = report(result(0, 0, status="rejected", reason="it is empty"), "double")
    assert determine_grade(cell) == (0.0, 4)


@pytest.mark.parametrize("text", ["nan", "-1", "True", "np.float64(0.0)", "tensor(0.)", None])
def test_result_that_is_no_number_would_be_full_points(text):
    """Why nothing of a student's may come near a check cell: this is what nbgrader makes of it."""
    cell = check_cell("double", 4)
    cell.outputs = [] if text is None else [new_output("execute_result", data={"text/plain": text})]
    assert determine_grade(cell) == (4, 4)


def test_summary_counts_checks_and_points():
    """The comment on an answer says how far it got, or why nothing was read."""
    assert summary(result(2, 0.5), "double") == "1 of 2 checks passed, 2.5 of 4 points."
    rejected = result(0, status="rejected", reason="it is empty")
    assert summary(rejected, "double") == "Your submission could not be read: it is empty"


def test_referee_is_kept_between_submissions(assignment):
    """Grading a class does not start a warm process for each notebook."""
    with warm_referee(assignment, seed=1) as first:
        pass
    with warm_referee(assignment, seed=1) as second:
        assert second is first


def test_new_seed_or_check_gets_a_new_referee(assignment):
    """A server that keeps running grades with the checks and inputs of today."""
    with warm_referee(assignment, seed=1) as first:
        pass
    with warm_referee(assignment, seed=2) as second:
        assert second is not first
    checks = assignment.folder / "checks_public.py"
    checks.write_text(CHECKS.replace("points(2)", "points(22)"))
    with warm_referee(assignment, seed=2) as third:
        assert [spec.points for spec in third.manifest] == [22]


def test_changed_reference_asks_for_a_new_process(assignment):
    """No result names a reference that is not the one in memory."""
    with warm_referee(assignment, seed=1):
        pass
    package = assignment.folder.parents[1] / "packages" / "doubling_reference"
    (package / "__init__.py").write_text("def doubled(x):\n    return x + x + 0\n")
    with (
        pytest.raises(
            InfrastructureError, match="the reference changed since this process loaded it; start it again"
        ),
        warm_referee(assignment, seed=1),
    ):
        pass


def test_weights_are_graded_with_their_notebook(autograde, assignment):
    """What lies in the submitted folder beside the notebook is read there, as by `autograder grade`."""
    (assignment.folder / "assignment.toml").write_text('title = "Doubling"\nweights = ["double"]\n')
    folder = assignment.folder.parents[1] / "submitted" / "ada" / "doubling"
    (folder / "weights").mkdir(parents=True)
    with warm_referee(load_assignment(assignment.folder), seed=1) as referee:
        released = deepcopy(referee.released)
    nbformat.write(released, folder / "doubling.ipynb")
    hashes = []
    for data in (b"a", b"b"):
        for suffix in (".safetensors", ".weights.h5"):
            (folder / "weights" / f"double{suffix}").write_bytes(data)
        grade = Grade(parent=autograde)
        grade.seed = 1
        _, found = grade.preprocess(deepcopy(released), resources())
        assert [flag.kind for flag in found["autograder"].flags] == ["two_weights"]
        hashes.append(found["autograder"].environment["submission"])
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize("step", [Rebuild, Grade])
def test_second_notebook_of_an_assignment_is_refused(autograde, assignment, step):
    """nbgrader allows several notebooks an assignment; ours have one, and the message says what to do."""
    with pytest.raises(UsageError, match=r"has one notebook, doubling\.ipynb; take second\.ipynb out"):
        step(parent=autograde).preprocess(new_notebook(), resources(notebook="second"))


def test_assignment_without_a_definition_is_named(autograde, assignment):
    """The message has the folder that was looked in, and what there is."""
    with pytest.raises(UsageError, match=r"no assignment '.*/assignments/essay'.*there are: doubling"):
        Grade(parent=autograde).preprocess(new_notebook(), resources(assignment="essay", notebook="essay"))


def test_step_outside_nbgrader_says_so():
    """Without nbgrader's command around it, there is no place to look for submissions."""
    with pytest.raises(UsageError, match="works within `nbgrader autograde` only"):
        Grade().preprocess(new_notebook(), resources())


def test_saving_without_grading_is_refused():
    """A configuration without `Grade` does not save what a student's notebook shows."""
    with pytest.raises(UsageError, match="put Grade before it in autograde_preprocessors"):
        SaveGrades().preprocess(new_notebook(), resources())


@pytest.mark.parametrize(
    ("structure", "root"),
    [
        ("{nbgrader_step}/{student_id}/{assignment_id}", "submitted"),
        ("{student_id}/{nbgrader_step}/{assignment_id}", ""),
    ],
)
def test_submission_is_looked_for_where_nbgrader_keeps_it(tmp_path, structure, root):
    """A course with another structure of its folders works too, and links are refused below the course."""
    course = CourseDirectory(root=str(tmp_path), directory_structure=structure)
    folder, top = submitted_folder(course, resources())
    assert folder == tmp_path / structure.format(
        nbgrader_step="submitted", student_id="ada", assignment_id="doubling"
    )
    assert top == Path(tmp_path, root)

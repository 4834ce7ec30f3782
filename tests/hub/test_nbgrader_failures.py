"""What nbgrader does where a submission cannot be graded, or is not what it should be."""

import codecs
import csv
import json

import nbformat
import pytest

from autograder.nbgrader_bridge import SaveGrades
from autograder.result import Result

# nbgrader adds a submission to its session in a way that SQLAlchemy warns of.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:Object of type <\w+> not in session:sqlalchemy.exc.SAWarning"
)
CHECK = "check-double"
FULL = {CHECK: 2.5}


@pytest.fixture(scope="module")
def course(make_course, small_assignment):
    """A course with an assignment of one question, and a seed of its own."""
    options = f'c.Grading.assignments = "{small_assignment.parent}"\nc.Grading.seed = 7\n'
    course = make_course("small", small_assignment, options + 'c.Grading.results = "results"\n')
    course.generate_and_release()
    return course


@pytest.fixture
def power_cut(course):
    """Take away what the check needs, until the end of the test."""
    path = course.assignment.folder / "power_cut"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def submit(course, student, notebook=None, name=None):
    """Hand in, by default the right answer, and have it collected."""
    course.hand_in(student, course.filled() if notebook is None else notebook, name)
    course.collect()


def test_first_submission_that_cannot_be_graded_has_no_score(course, power_cut):
    """Our fault is an error that nbgrader reports, and never a zero in the gradebook."""
    submit(course, "ada")
    outcome = course.nbgrader("autograde", course.id, "--student", "ada")
    assert outcome.returncode == 1
    assert "ada is not graded, and not to blame: the check test_double_of_two failed" in outcome.stderr
    assert "no power" in outcome.stderr
    assert course.grades("ada", "auto_score") == {CHECK: None}
    assert course.grades("ada", "needs_manual_grade") == {CHECK: True}
    assert not (course.root / "autograded" / "ada" / course.id).exists()
    assert course.api.get_submission(course.id, "ada")["autograded"] is False
    assert course.exported()["ada"]["score"] == ""
    power_cut.unlink()
    assert course.autograde("ada")["success"]
    assert course.grades("ada", "auto_score") == FULL
    assert course.exported()["ada"]["score"] == "2.5"


def test_regrade_that_fails_keeps_the_score(course, power_cut):
    """A fault of ours costs nobody the score that they have, and formgrader shows that something is to do."""
    power_cut.unlink()
    submit(course, "bob")
    assert course.autograde("bob")["success"]
    power_cut.touch()
    assert course.autograde("bob")["success"] is False
    assert course.grades("bob") == FULL
    assert course.api.get_submission(course.id, "bob")["autograded"] is False
    status = json.loads((course.root / "results" / course.id / "bob" / "result.json").read_text())["status"]
    assert status == "infrastructure_error"


def test_seed_of_the_configuration_reaches_the_result(course):
    """An instructor can fix the hidden inputs in the configuration."""
    submit(course, "seeded")
    assert course.autograde("seeded")["success"]
    result = json.loads((course.root / "results" / course.id / "seeded" / "result.json").read_text())
    assert result["environment"]["seed"] == "7"


def test_notebook_that_nbgrader_could_not_read_is_graded(course):
    """A byte-order mark, which ends nbgrader's own reader, costs nothing."""
    submit(course, "marked", codecs.BOM_UTF8 + nbformat.writes(course.filled()).encode())
    assert course.autograde("marked")["success"]
    assert course.grades("marked") == FULL


def test_link_is_rejected_and_not_followed(course):
    """A link in the place of a notebook shows nothing of what it leads to, and earns nothing."""
    submit(course, "linker")
    notebook = course.root / "submitted" / "linker" / course.id / f"{course.id}.ipynb"
    theirs = course.root / "theirs.ipynb"
    theirs.write_text(nbformat.writes(course.filled(double="def double(x):\n    return x + x  # private")))
    notebook.unlink()
    notebook.symlink_to(theirs)
    assert course.autograde("linker")["success"]
    assert course.grades("linker") == {CHECK: 0.0}
    assert "private" not in course.feedback("linker")


def test_answered_copy_counts_as_it_does_for_our_command(course):
    """Of two notebooks the answered one is graded, also where nbgrader knows the other one by its name."""
    submit(course, "copier", course.released())
    folder = course.root / "submitted" / "copier" / course.id
    (folder / "copy.ipynb").write_text(nbformat.writes(course.filled()))
    assert course.autograde("copier")["success"]
    assert course.grades("copier") == FULL


def test_renamed_notebook_is_reported_and_has_no_score(course):
    """nbgrader knows notebooks by their names: it does not get as far as grading, and says so."""
    submit(course, "renamer", name="mine.ipynb")
    outcome = course.autograde("renamer")
    assert outcome["success"] is False
    assert "Skipping unknown notebook" in outcome["log"]
    assert course.grades("renamer", "auto_score") == {CHECK: None}


@pytest.mark.parametrize("student", ["mia smith", "jörg", "=cmd()"])
def test_name_of_a_student_costs_nothing(course, student):
    """Whatever a person is called, nbgrader's gradebook has the score."""
    course.collect_from_elsewhere(student, course.filled())
    outcome = course.autograde(student)
    assert outcome["success"], outcome
    assert course.grades(student) == FULL
    assert course.exported()[f"'{student}" if student.startswith("=") else student]["score"] == "2.5"


def test_two_notebooks_that_could_both_be_meant_have_no_score(course):
    """Which one counts is for a person to say: an error, and no 0.0."""
    course.collect_from_elsewhere("twice", course.filled(), name="a.ipynb")
    course.collect_from_elsewhere("twice", course.filled(), name=f"{course.id}.ipynb")
    folder = course.root / "submitted" / "twice" / course.id
    for name in ("b.ipynb", "Doubling.ipynb"):
        (folder / name).write_text(nbformat.writes(course.filled()))
    assert course.autograde("twice")["success"], "the exact name is the one that was given out"
    (folder / f"{course.id}.ipynb").write_text("{")
    (folder / "Doubling.ipynb").unlink()
    (folder / "timestamp.txt").write_text("2099-01-01 00:00:00.0 UTC")
    outcome = course.autograde("twice")
    assert outcome["success"] is False
    assert "it is unclear which one counts" in outcome["log"]


@pytest.mark.parametrize("stamp", ["yesterday evening", "\x00\xff", "2026-13-45 99:00", ""])
def test_timestamp_that_cannot_be_read_is_no_zero(course, stamp, request):
    """nbgrader stops at it and says so; the export then writes no score, and says why."""
    student = f"stamped{abs(hash(stamp)) % 1000}"
    course.collect_from_elsewhere(student, course.filled())
    folder = course.root / "submitted" / student / course.id
    (folder / "timestamp.txt").write_text(stamp)
    run = course.nbgrader("autograde", course.id, "--student", student)
    done = course.nbgrader("export", "--to", "stamped.csv")
    with (course.root / "stamped.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    if not stamp:  # nbgrader takes none for no time at all
        assert (run.returncode, rows[student]["score"]) == (0, "2.5")
        return
    assert run.returncode == 1
    assert rows[student]["score"] == rows[student]["raw_score"] == ""
    assert f"{student} handed in and was not graded" in done.stderr


def test_another_spelling_of_the_folder_is_no_zero(course):
    """nbgrader passes over it; the export says who handed in, and writes no score."""
    folder = course.root / "submitted" / "speller" / "Doubling"
    folder.mkdir(parents=True)
    (folder / "doubling.ipynb").write_text(nbformat.writes(course.filled()))
    with course.gradebook() as gradebook:
        gradebook.add_student("speller")
    assert course.exported(student=["speller"])["speller"]["score"] == ""


def test_changed_points_are_refused_until_released_again(course):
    """Scores are never of something else than what nbgrader thinks that it has given out."""
    submit(course, "early")
    checks = course.assignment.folder / "checks_public.py"
    before = checks.read_text()
    try:
        checks.write_text(before.replace("points(2.5)", "points(12.5)"))
        outcome = course.autograde("early")
        assert outcome["success"] is False
        assert "doubling: check-double changed since nbgrader generated the assignment" in outcome["log"]
        assert course.grades("early", "auto_score") == {CHECK: None}
    finally:
        checks.write_text(before)
    assert course.autograde("early")["success"]
    assert course.grades("early") == FULL


def test_score_of_a_cell_that_is_gone_is_forgotten(course):
    """Should a notebook ever come without a check cell, its score of an earlier submission does not stay."""
    submit(course, "gone")
    assert course.autograde("gone")["success"]
    names = {"student": "gone", "assignment": course.id, "notebook": course.id}
    result = Result(course.id, "gone", "graded", 2.5)
    resources = {"nbgrader": names | {"db_url": course.api.coursedir.db_url}, "autograder": result}
    SaveGrades().preprocess(nbformat.v4.new_notebook(), resources)
    assert course.grades("gone", "auto_score") == {CHECK: None}
    assert course.grades("gone", "needs_manual_grade") == {CHECK: True}


def test_export_is_limited_to_what_is_asked_for(course):
    """The options of nbgrader's own export choose students and assignments here too."""
    submit(course, "chosen")
    assert course.autograde("chosen")["success"]
    assert list(course.exported(student=["chosen"], assignment=[course.id])) == ["chosen"]
    assert course.exported(assignment=["another"]) == {}


def test_export_of_nothing_handed_in_is_zero_and_harmless(course):
    """Who handed in nothing has no points, and a name that is a formula stays a name."""
    with course.gradebook() as gradebook:
        gradebook.add_student("absent", last_name="=cmd()", first_name='"Ada", the first')
    row = course.exported(student=["absent"])["absent"]
    assert (row["score"], row["raw_score"], row["max_score"]) == ("0.0", "0.0", "2.5")
    assert (row["last_name"], row["first_name"]) == ("'=cmd()", '"Ada", the first')

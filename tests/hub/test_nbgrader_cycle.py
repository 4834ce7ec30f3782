"""The real cycle with nbgrader as it is, from generating an assignment to the export of its grades."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.cells import answer_id, check_id, is_answer, is_check, question_of
from autograder.nbgrader_bridge.grade import question_score
from autograder.pages.feedback import feedback_fragment
from autograder.pages.reading import readings
from autograder.referee import Referee
from autograder.result import Result
from autograder.submission.discovery import discover

ASSIGNMENT = Path(__file__).parents[2] / "assignments" / "conv_arithmetic"
STUDENTS = ["blank", "careless", "corrected", "deleter", "forger", "late", "perfect", "unreadable"]
HTML = "<script>document.title = 'mine'</script>"
BY_HAND = 0.25


def without_checks(notebook):
    """Return the notebook of somebody who deleted every check cell."""
    notebook.cells = [cell for cell in notebook.cells if not is_check(cell)]
    return notebook


def careless(course):
    """Somebody who has one question wrong."""
    wrong = sorted(ASSIGNMENT.glob("wrong/*.py"))[0]
    return course.filled(read_answer_file(wrong).cells_with(course.reference()))


def deleter(course, question):
    """Somebody who deleted a check cell, and one cell more than that."""
    notebook = course.filled()
    gone = {check_id(question), "given-0"}
    notebook.cells = [cell for cell in notebook.cells if cell.id not in gone]
    return notebook


def forger(course):
    """Somebody who forges outputs, metadata and results, and writes HTML where the instructor will look."""
    forged = read_answer_file(ASSIGNMENT / "hostile" / "forges_a_full_score.py")
    notebook = course.filled(forged.cells_with(course.reference()))
    for cell in notebook.cells:
        if is_forged := cell.metadata.get("nbgrader", {}).get("grade", False):
            cell.metadata["nbgrader"]["points"] = 1000
            cell.source = "1000.0"
        if is_forged or cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", data={"text/plain": "1000.0"}, execution_count=1)]
    show = new_code_cell("from IPython.display import HTML\n1000.0", id="shows")
    notebook.cells = [show, *notebook.cells, new_markdown_cell(f"$a<b$ {HTML}", id="says")]
    return notebook


def walk(course):
    """Everything that people do in the life of an assignment."""
    course.generate_and_release()
    first = question_of(next(cell for cell in course.released().cells if is_answer(cell)))
    handed_in = {
        "blank": course.released(),
        "careless": careless(course),
        "corrected": careless(course),
        "deleter": deleter(course, first),
        "forger": forger(course),
        "late": course.filled(),
        "perfect": course.filled(),
        "unreadable": b"{ no notebook </code><i>at all",
    }
    for student, notebook in handed_in.items():
        course.hand_in(student, notebook)
    course.collect()
    autograde = course.nbgrader("autograde", course.id)
    assert autograde.returncode == 0, autograde.stderr
    before = course.grades("late")
    # Now the one whose first answers were right hands in none, and no check cell either; and a person looks at
    # the notebook of another.
    course.hand_in("late", without_checks(course.released()))
    course.grade_by_hand("corrected", first, BY_HAND)
    course.collect()
    for student in ("late", "corrected"):
        outcome = course.autograde(student)
        assert outcome["success"], outcome
    export = course.nbgrader("export", "--to", "grades.csv")
    assert export.returncode == 0, export.stderr
    return first, before


@pytest.fixture(scope="module")
def graded(make_course):
    """A class graded by nbgrader, and by the referee of our own command."""
    course = make_course("cycle", ASSIGNMENT, 'c.Grading.results = "results"\n')
    first, before = walk(course)
    submissions = discover([course.root / "submitted"], course.id).submissions
    with Referee(course.assignment) as referee:
        ours = {each.student: referee.grade(each).result for each in submissions}
        questions = list(dict.fromkeys(check.question for check in referee.manifest))
    reading = readings(dict(course.assignment.sections), course.assignment.book)
    return SimpleNamespace(
        course=course, ours=ours, first=first, before=before, questions=questions, reading=reading
    )


def as_in_a_page(fragment):
    """Return a fragment of HTML as nbconvert writes it: with the same parser, `<br>` is `<br/>` there."""
    return str(BeautifulSoup(fragment, "html.parser"))


def scores(result, questions):
    """Return our scores in the form of the gradebook's."""
    return {check_id(question): question_score(result, question) for question in questions}


def test_release_holds_our_notebook_and_nothing_else(graded):
    """What students are given through nbgrader is what `autograder release` gives them."""
    folder = graded.course.root / "release" / graded.course.id
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    assert files == ["checks_public.py", f"{graded.course.id}.ipynb", "sections.json"]
    theirs = nbformat.read(folder / f"{graded.course.id}.ipynb", as_version=4)
    ours = graded.course.released()
    for cell in theirs.cells:
        cell.metadata["nbgrader"].pop("checksum", None)
    kept = [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in theirs.cells]
    assert kept == [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in ours.cells]
    assert (folder / "checks_public.py").read_bytes() == (ASSIGNMENT / "checks_public.py").read_bytes()


@pytest.mark.parametrize("student", STUDENTS)
def test_gradebook_holds_the_scores_of_our_result(graded, student):
    """nbgrader records for every question what our own command says, to the last digit."""
    assert graded.course.grades(student, "auto_score") == scores(graded.ours[student], graded.questions)


@pytest.mark.parametrize("student", STUDENTS)
def test_result_json_is_written_where_configured(graded, student):
    """The folder of results holds what our own command would have written."""
    path = graded.course.root / "results" / graded.course.id / student / "result.json"
    result = Result.from_json(json.loads(path.read_bytes()))
    ours = graded.ours[student]

    def timeless(checks):
        return [replace(check, duration=0.0) for check in checks]

    assert timeless(result.checks) == timeless(ours.checks)
    assert (result.status, result.score, result.flags, result.reason) == (
        ours.status,
        ours.score,
        ours.flags,
        ours.reason,
    )
    assert result.environment["seed"] == ours.environment["seed"]


def test_deleted_check_cell_costs_nothing(graded):
    """A student who deletes a check is graded like one who did not."""
    assert graded.course.grades("deleter") == graded.course.grades("perfect")
    assert sum(graded.course.grades("perfect").values()) == graded.ours["perfect"].max_score


def test_later_submission_replaces_every_score(graded):
    """No score of an earlier submission outlives it."""
    assert sum(graded.before.values()) == graded.ours["late"].max_score
    assert set(graded.course.grades("late").values()) == {0.0}
    assert set(graded.course.grades("late", "auto_score").values()) == {0.0}


def test_score_given_by_a_person_survives_a_regrade(graded):
    """The autograder never overwrites a person, and says that the two should be compared."""
    name = check_id(graded.first)
    assert graded.course.grades("corrected")[name] == BY_HAND
    assert graded.course.grades("corrected", "auto_score")[name] == graded.course.grades("careless")[name]
    assert graded.course.grades("corrected", "needs_manual_grade")[name] is True
    assert not any(graded.course.grades("careless", "needs_manual_grade").values())


def test_forged_outputs_and_points_earn_nothing(graded):
    """Numbers that a student's cells show are no scores, and the worth of a cell is ours to say."""
    course = graded.course
    assert sum(course.grades("forger").values()) < sum(course.grades("careless").values())
    assert course.grades("forger", "max_score") == course.grades("perfect", "max_score")
    notebook = nbformat.read(course.root / "autograded" / "forger" / course.id / f"{course.id}.ipynb", 4)
    results = [
        (cell.id, output.data["text/plain"])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "execute_result"
    ]
    assert results == [(name, repr(score)) for name, score in course.grades("forger").items()]


def test_html_in_text_of_students_is_shown_and_not_run(graded):
    """Formgrader and feedback show Markdown as it is, so no tag of a student's may reach them."""
    page = graded.course.feedback("forger")
    assert HTML not in page
    assert "document.title = " in page
    path = graded.course.root / "autograded" / "forger" / graded.course.id / f"{graded.course.id}.ipynb"
    assert nbformat.read(path, 4).cells[-1].source.startswith("$a< b$ < script>")


def test_unreadable_file_scores_nothing_and_says_why(graded):
    """A file that nbgrader itself could not read is rejected with the reason, not left without a grade."""
    ours = graded.ours["unreadable"]
    assert ours.status == "rejected"
    comment = graded.course.comments("unreadable")[answer_id(graded.first)]
    assert comment == f"Your submission could not be read: {ours.reason}"
    page = graded.course.feedback("unreadable")
    assert "is not valid JSON" in page
    assert "could not be read" in feedback_fragment(ours, graded.first)
    assert as_in_a_page(feedback_fragment(ours, graded.first, reading=graded.reading)) in page


@pytest.mark.parametrize("student", ["careless", "perfect"])
def test_feedback_of_nbgrader_contains_our_report(graded, student):
    """The student reads every check of ours in nbgrader's own page, and its totals are ours."""
    page = graded.course.feedback(student)
    ours = graded.ours[student]
    for question in graded.questions:
        assert as_in_a_page(feedback_fragment(ours, question, reading=graded.reading)) in page
        assert (
            f"{question_score(ours, question):g} of" in graded.course.comments(student)[answer_id(question)]
        )
    assert f"(Score: {round(ours.score, 2)} / {float(ours.max_score)})" in page


def test_check_cell_of_the_graded_notebook_holds_report_then_score(graded):
    """nbgrader takes the first result as the score, so nothing else may come before it but our report."""
    course = graded.course
    notebook = nbformat.read(course.root / "autograded" / "careless" / course.id / f"{course.id}.ipynb", 4)
    for cell in filter(is_check, (cell for cell in notebook.cells if "nbgrader" in cell.metadata)):
        assert [output.output_type for output in cell.outputs] == ["display_data", "execute_result"]
        assert cell.outputs[0].data["text/html"] == feedback_fragment(
            graded.ours["careless"], question_of(cell), reading=graded.reading
        )
        score = graded.course.grades("careless")[cell.id]
        assert cell.outputs[1].data == {"text/plain": repr(float(score))}


def test_csv_export_holds_our_totals(graded):
    """What an instructor hands on is the sum of our scores, and of those given by people."""
    with (graded.course.root / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == STUDENTS
    exported = {student: float(row["score"]) for student, row in rows.items()}
    wanted = {student: result.score for student, result in graded.ours.items()}
    wanted["corrected"] += BY_HAND - question_score(graded.ours["corrected"], graded.first)
    assert exported == pytest.approx(wanted, abs=1e-9)
    assert {float(row["max_score"]) for row in rows.values()} == {graded.ours["perfect"].max_score}


def test_formgrader_lists_every_submission_as_autograded(graded):
    """Formgrader goes by the folder and its time stamp as well as by the gradebook."""
    course = graded.course
    assert course.api.get_autograded_students(course.id) == set(STUDENTS)
    listed = {entry["student"]: entry for entry in course.api.get_submissions(course.id)}
    assert all(entry["autograded"] and entry["timestamp"] for entry in listed.values())
    for student in STUDENTS:
        files = {path.name for path in (course.root / "autograded" / student / course.id).iterdir()}
        assert {"timestamp.txt", f"{course.id}.ipynb"} <= files
        assert listed[student]["score"] == pytest.approx(sum(course.grades(student).values()))


def test_blank_submission_earns_nothing(graded):
    """The notebook as it was given out is worth no points."""
    assert set(graded.course.grades("blank").values()) == {0.0}
    assert set(graded.course.comments("blank").values()) == {"No response."}

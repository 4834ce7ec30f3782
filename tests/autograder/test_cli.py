"""The command line: what it prints, what it returns, and one clear line for every mistake of its user."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from autograder import cli
from autograder.assignment import load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.source import reference_answers, released_notebook
from autograder.judge.collection import collect_manifest
from autograder.result import CheckResult, Result
from autograder.submission import discovery
from autograder.tables import print_checks
from tests.autograder.submission.class_folders import put

AUTOGRADER = Path(sys.executable).parent / "autograder"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """A function that runs the command line in an empty folder: (status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return run


@pytest.fixture
def course(run, tmp_path):
    """The folder with an assignment `demo`, a right answer of Ada's, and files that are none."""
    assert run("new", "demo")[0] == 0
    assignment = load_assignment("demo")
    released = released_notebook(assignment, collect_manifest(assignment))
    nbformat.write(fill(released, (), reference_answers(assignment)), tmp_path / "ada.ipynb")
    (tmp_path / "notes.txt").write_text("no notebook")
    (tmp_path / "broken.ipynb").write_text("no notebook either")
    (tmp_path / "empty").mkdir()
    (tmp_path / "occupied").write_text("a file where results should go")
    return tmp_path


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("grade nosuch ada.ipynb", "no assignment 'nosuch'"),
        ("grade demo nosuch", "does not exist"),
        ("grade demo empty", "holds no submission of demo"),
        ("grade demo notes.txt", "is no notebook"),
        ("grade demo broken.ipynb", "no notebook that can be graded"),
        ("grade demo ada.ipynb --results occupied", "cannot write results in occupied/demo"),
        ("grade demo ada.ipynb --results /proc/1/results", "cannot write results in /proc/1/results/demo"),
        ("grade demo ada.ipynb --scheduler tcp://127.0.0.1:1 --results new", "expected tls://HOST:PORT"),
        ("feedback demo --results empty", "no results in empty/demo"),
        ("report demo --results empty", "no results in empty/demo"),
        ("release demo --to occupied", "occupied"),
        ("new demo", "exists already"),
        ("test nosuch", "no assignment 'nosuch'"),
        ("check demo nosuch.ipynb", "nosuch.ipynb does not exist"),
        ("check demo notes.txt", "notes.txt cannot be graded: "),
    ],
)
def test_mistake_is_one_clear_line_and_status_2(run, arguments, says):
    """No traceback for what the caller can mend."""
    status, out, err = run(*arguments.split())
    assert (status, out) == (2, "")
    assert err.startswith("autograder: ")
    assert err.count("\n") == 1
    assert says in err


@pytest.mark.parametrize("arguments", ["grade", "nosuch", "doctor --nosuch"])
def test_wrong_arguments_are_status_2(run, arguments):
    """The parser's own complaints have the same status."""
    status, _, err = run(*arguments.split())
    assert status == 2
    assert "Usage: autograder" in err


def test_installed_command_has_these_statuses(tmp_path):
    """What a shell sees is what `main` means."""
    done = subprocess.run(
        [AUTOGRADER, "grade", "no\x1b[31m\nsuch", "x"], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr, "a file name may not colour the terminal"
    assert subprocess.run([AUTOGRADER, "--version"], capture_output=True, check=True).stdout


def test_help_imports_nothing_heavy():
    """`--help` answers at once."""
    code = (
        "import sys; sys.argv = ['autograder', '--help']\n"
        "from autograder.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'numpy', 'distributed', 'pytest', 'nbformat', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_grade_feedback_and_report(run, course):
    """The way of an instructor: grade, grade again, write feedback and the report."""
    status, out, err = run("grade", "demo", "ada.ipynb", "--seed", "1")
    assert (status, err) == (0, "")
    assert "1 graded, 0 already graded" in out
    assert "│ ada     │ graded │     9 │  9 │" in out
    assert "0 graded, 1 already graded" in run("grade", "demo", "ada.ipynb", "--seed", "1")[1]
    status, out, _ = run("feedback", "demo")
    assert (status, out) == (0, "1 pages: results/demo/STUDENT/feedback.html\n")
    assert "9" in (course / "results/demo/ada/feedback.html").read_text()
    status, out, _ = run("report", "demo")
    assert (status, out) == (0, "1 students: results/demo/report.html\n")
    assert "ada" in (course / "results/demo/report.html").read_text()


def test_page_that_cannot_be_written_is_told(run, course):
    """Feedback and report meet a place that refuses as `grade` does: one line, status 2."""
    assert run("grade", "demo", "ada.ipynb")[0] == 0
    (course / "results/demo/ada/feedback.html").mkdir()
    (course / "results/demo/report.html").mkdir()
    for command in ("feedback", "report"):
        status, out, err = run(command, "demo")
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert f"{command}.html" in err


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """An assignment `demo` of one folder, and a right answer as text."""
    from autograder.assignment.skeleton import new_assignment

    assignment = load_assignment(new_assignment("demo", tmp_path_factory.mktemp("solved") / "assignments"))
    released = released_notebook(assignment, collect_manifest(assignment))
    return assignment.folder, nbformat.writes(fill(released, (), reference_answers(assignment)))


def graded(out):
    """Return {student: (status, score)} of the lines of JSON that the command printed."""
    records = [json.loads(line) for line in out.splitlines()]
    assert len({record["student"] for record in records}) == len(records)
    return {record["student"]: (record["status"], record["score"]) for record in records}


def test_entries_that_are_not_graded_are_named_and_status_is_1(run, solved, tmp_path):
    """All others are graded; each is named with its reason, for people and for programs."""
    folder, text = solved
    entries = {"ada.ipynb": text, "lena.zip": {}, "finn/report.pdf": "", "notes.txt": "", ".DS_Store": ""}
    put(tmp_path / "class", entries)
    (tmp_path / "class" / "loop").symlink_to("loop")
    status, out, err = run("grade", folder, "class")
    assert (status, err) == (1, "")
    assert "1 graded, 0 already graded, 4 entries not gradable" in out
    lines = " ".join(out.split())
    for reason in (
        "not gradable: finn: holds no notebook (.ipynb); there is report.pdf",
        "not gradable: lena.zip: holds no notebook (.ipynb): it is empty",
        "not gradable: loop: is a symbolic link, which is never followed",
        "not gradable: notes.txt: is no notebook (.ipynb), no folder and no zip",
    ):
        assert reason in lines
    status, out, err = run("grade", folder, "class", "--json")
    assert (status, err) == (1, "")
    assert graded(out) == {"ada": ("graded", 9.0)} | dict.fromkeys(
        ("finn", "lena.zip", "loop", "notes.txt"), ("not_gradable", None)
    )
    assert not (tmp_path / "results" / "demo" / "finn").exists()


def test_dry_run_lists_and_grades_nothing(run, solved, tmp_path):
    """What would be graded as whom, what not and why; nothing is written."""
    folder, text = solved
    blank = {"metadata": {"autograder": {"assignment": "other"}}, "cells": []}
    entries = {"Eva L_12_assignsubmission_file_/x.ipynb": text, "gina/Demo/x.ipynb": text, "will.pdf": ""}
    entries |= {
        "two/a.ipynb": text,
        "two/b.ipynb": text,
        "bad.ipynb": "{",
        "cyd/x/y.ipynb": json.dumps(blank),
    }
    put(tmp_path / "class", entries)
    status, out, err = run("grade", folder, "class", "--dry-run", "--json")
    assert (status, err) == (1, "")
    plan = {one["student"] or one["entry"]: one for one in map(json.loads, out.splitlines())}
    assert {name: one["status"] for name, one in plan.items()} == {
        "Eva L_12": "would_be_graded",
        "gina": "would_be_graded",
        "bad": "rejected",
        "two": "not_gradable",
        "will.pdf": "not_gradable",
    }
    assert plan["gina"]["entry"] == "gina/Demo"
    assert plan["gina"]["reason"] == "The notebook was found in Demo/; demo/ was expected."
    assert "it is unclear which one counts" in plan["two"]["reason"]
    status, out, err = run("grade", folder, "class", "--dry-run")
    assert (status, err) == (1, "")
    assert "not gradable: two: there are 2 notebooks (a.ipynb, b.ipynb)" in out
    assert "not gradable: will.pdf: is no notebook" in out
    assert "handed in other assignments only: cyd" in out
    assert "3 would be graded, 2 entries not gradable" in out
    assert not (tmp_path / "results").exists()
    assert run("grade", folder, "class/gina", "--dry-run")[0] == 0


@pytest.mark.parametrize(
    "student", ["mia smith", "jörg", "=cmd()", "-rf", "<b>x", "李明", "a" * 128, "é" * 120]
)
def test_name_of_a_student_costs_nothing_and_harms_nothing(run, solved, tmp_path, student):
    """Graded, with feedback and a report in which the name is a name."""
    folder, text = solved
    put(tmp_path / "class", {f"{student}/demo/demo.ipynb": text})
    status, out, _ = run("grade", folder, "class", "--json")
    assert (status, graded(out)) == (0, {student: ("graded", 9.0)})
    assert run("feedback", folder)[0] == run("report", folder)[0] == 0
    (page,) = (tmp_path / "results" / "demo").glob("*/feedback.html")
    assert "<b>x" not in page.read_text()
    report = (tmp_path / "results" / "demo" / "report.html").read_text()
    assert "<b>x" not in report
    (link,) = re.findall(r'href="\./([^"]*)/feedback\.html"', report)
    assert unquote(link) == page.parent.name


def test_two_notebooks_that_could_both_be_meant_are_no_zero(run, solved, tmp_path):
    """The instructor has to choose: no score, and status 1 until then."""
    folder, text = solved
    put(tmp_path / "class", {"two/demo/a.ipynb": text, "two/demo/b.ipynb": text, "ada.ipynb": text})
    status, out, _ = run("grade", folder, "class")
    assert status == 1
    assert "not gradable: two: there are 2 notebooks (a.ipynb, b.ipynb)" in out
    (tmp_path / "class" / "two" / "demo" / "b.ipynb").unlink()
    status, out, _ = run("grade", folder, "class")
    assert (status, "1 graded, 1 already graded" in out) == (0, True)


def test_file_that_vanishes_is_no_zero(run, solved, tmp_path, monkeypatch):
    """Between looking and grading a file may go: it is told, and the others are graded."""
    folder, text = solved
    put(tmp_path / "class", {"ada.ipynb": text, "gone.ipynb": text})
    real = discovery.discover

    def discover(*arguments, **options):
        found = real(*arguments, **options)
        (tmp_path / "class" / "gone.ipynb").unlink()
        return found

    monkeypatch.setattr(discovery, "discover", discover)
    status, out, _ = run("grade", folder, "class", "--json")
    assert status == 1
    assert graded(out) == {"ada": ("graded", 9.0), "gone": ("infrastructure_error", None)}


@pytest.mark.usefixtures("course")
def test_json_is_all_that_is_on_stdout(run):
    """A program can read the results line by line."""
    status, out, err = run("grade", "demo", "ada.ipynb", "--json", "--workers", "1")
    assert (status, err) == (0, "")
    (record,) = map(json.loads, out.splitlines())
    assert (record["student"], record["status"], record["score"]) == ("ada", "graded", 9.0)


def test_broken_notebook_among_others_is_rejected(run, course):
    """In a class it is one student's affair: a reason, score 0, and the others are graded."""
    status, out, _ = run("grade", "demo", "ada.ipynb", "broken.ipynb", "--json")
    assert status == 0
    found = {
        record["student"]: (record["status"], record["score"]) for record in map(json.loads, out.splitlines())
    }
    assert found == {"ada": ("graded", 9.0), "broken": ("rejected", 0)}


def test_what_we_could_not_grade_is_status_1_and_tried_again(run, course):
    """A check that breaks in its own preparation is our fault: no score, and another try the next time."""
    checks = course / "assignments" / "demo" / "checks_hidden.py"
    whole = checks.read_text()
    checks.write_text(
        whole + "\n\n@pytest.fixture(autouse=True)\ndef broken():\n    raise OSError('no disk')\n"
    )
    for _ in range(2):
        status, out, _ = run("grade", "demo", "ada.ipynb")
        assert status == 1
        assert "1 graded, 0 already graded, 1 could not be graded" in out
        assert "infrastructure error" in out
    checks.write_text(whole)
    assert run("grade", "demo", "ada.ipynb")[0] == 0


def test_grader_that_cannot_start_is_status_1(run, course, monkeypatch):
    """Nothing is graded, and the reason is one line."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    status, out, err = run("grade", "demo", "ada.ipynb")
    assert (status, out) == (1, "")
    assert err.startswith("autograder: ")
    assert err.count("\n") == 1
    assert "set XDG_CACHE_HOME to one" in err


def test_allowed_module_that_is_not_installed_is_bad_usage(run, course):
    """The assignment is at fault, not the machine."""
    settings = course / "assignments" / "demo" / "assignment.toml"
    settings.write_text(settings.read_text().replace("allow = []", 'allow = ["no_such_module"]'))
    status, out, err = run("grade", "demo", "ada.ipynb")
    assert (status, out) == (2, "")
    assert err.startswith("autograder: ")
    assert err.count("\n") == 1
    assert "demo allows the module 'no_such_module', which is not installed" in err


def test_release_lists_what_it_wrote(run, course):
    """The author sees each file that students will have."""
    status, out, _ = run("release", "demo")
    assert status == 0
    assert out.splitlines() == ["release/demo/demo.ipynb", "release/demo/checks_public.py"]
    assert sorted(path.name for path in (course / "release/demo").iterdir()) == [
        "checks_public.py",
        "demo.ipynb",
    ]


def test_contract_that_is_broken_is_status_1(run, course):
    """The author of an assignment sees what fails, and why."""
    (course / "assignments" / "demo" / "checks_public.py").write_text("nonsense(\n")
    status, out, _ = run("test", "demo")
    assert status == 1
    assert "FAILED  checks" in out
    assert out.endswith("1 failed\n")


def test_contract_that_is_kept_is_status_0(run, course):
    """The skeleton is an assignment that keeps its contract."""
    status, out, _ = run("test", "demo")
    assert status == 0, out
    assert out.endswith("the assignment keeps its contract\n")


@pytest.mark.usefixtures("course")
def test_check_runs_a_notebook_of_ones_own(run):
    """A student sees what the public checks say, in any terminal."""
    status, out, _ = run("check", "demo", "ada.ipynb")
    assert status == 0
    assert "3 of 3 points" in out


def test_doctor_prints_the_same_for_people_and_programs(run):
    """Both forms have every part, and the status says whether grading can work."""
    status, out, _ = run("doctor", "--json")
    found = json.loads(out)
    assert (status, found["can_grade"]) == (0, True)
    status, out, _ = run("doctor")
    assert status == 0
    assert all(part["name"] in " ".join(out.split()) for part in found["parts"] if " " not in part["name"])
    assert "grading can work" in out


def test_brackets_are_printed_as_they_are(capsys):
    """A sentence about x[i] must reach the student whole: rich would take [i] for a command."""
    check = CheckResult(
        "test_x", "q", "x[i] must be [bold]", 0.0, 1.0, "failed", "public", "got [red]\x1b[31m"
    )
    print_checks(Result("demo", "ada", "graded", 1.0, (check,)))
    out = " ".join(capsys.readouterr().out.split())
    assert "x[i] must be [bold]" in out
    assert "got [red]" in out
    assert "\x1b" not in out

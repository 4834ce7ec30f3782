"""Grading a class: complete, once each, whatever is killed in between; with real clusters and sandboxes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.skeleton import new_assignment
from autograder.assignment.source import reference_answers
from autograder.classroom.class_run import grade_class
from autograder.classroom.worker import Job
from autograder.errors import InfrastructureError, UsageError
from autograder.files import read_results, student_folder
from autograder.referee import Referee
from autograder.result import Result
from autograder.submission.discovery import discover
from tests.autograder.submission.class_folders import put, shapes

AUTOGRADER = Path(sys.executable).parent / "autograder"
WRONG = "def weighted_mean(values, errors):\n    return values.mean(), (1 / errors**2).sum() ** -0.5\n"
SCORES = {"ada": 9.0, "bob": 5.0, "cyd": 0.0, "dan": 0.0}  # of 9


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The assignment that `autograder new` makes, and its students' notebook."""
    assignment = load_assignment(new_assignment("demo", tmp_path_factory.mktemp("assignments")))
    with Referee(assignment, seed=1) as referee:
        return assignment, referee.released, referee.environment


@pytest.fixture
def handed_in(demo, tmp_path):
    """A class of four: right, wrong, blank, and a file that is no notebook."""
    assignment, released, _ = demo
    folder = tmp_path / "submitted"
    reference = reference_answers(assignment)
    for student, answers in (("ada", reference), ("bob", {**reference, "weighted_mean": WRONG}), ("cyd", {})):
        path = folder / student / "demo" / "demo.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(fill(released, (), answers), path)
    (folder / "dan.ipynb").write_text("this is no notebook")
    return folder


def grade(demo, folder, results, **options):
    """Grade the class with a fixed seed."""
    return grade_class(demo[0], discover([folder], "demo").submissions, results, **{"seed": 1, **options})


def judged(result):
    """What must be the same with the same seed: all but times."""
    checks = [(check.id, check.status, check.points, check.message) for check in result.checks]
    return result.status, checks, result.flags, result.environment


def scores(summary):
    """Scores by student."""
    return {result.student: result.score for result in summary.results}


def test_class_is_graded_on_a_cluster_and_never_twice(demo, handed_in, tmp_path):
    """The whole cycle: results, notebooks and journal are written; a second run grades only what changed."""
    results, steps = tmp_path / "results", []
    first = grade(demo, handed_in, results, workers=2, progress=lambda *step: steps.append(step))
    assert scores(first) == SCORES
    assert (first.graded, first.already, first.failed) == (4, 0, ())
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    statuses = {result.student: result.status for result in first.results}
    assert statuses == {"ada": "graded", "bob": "graded", "cyd": "graded", "dan": "rejected"}
    written = {folder.name: result for folder, result in read_results(results / "demo")}
    assert written == {result.student: result for result in first.results}
    assert nbformat.read(results / "demo" / "ada" / "notebook.ipynb", as_version=4).cells
    assert not (results / "demo" / "dan" / "notebook.ipynb").exists()

    (results / "demo" / "cyd" / "result.json").unlink()  # as if killed before it was written
    second = grade(demo, handed_in, results)
    assert (second.graded, second.already, second.results) == (0, 4, first.results)
    assert read_results(results / "demo") == [
        (results / "demo" / result.student, result) for result in first.results
    ]

    notebook = handed_in / "cyd" / "demo" / "demo.ipynb"
    notebook.write_bytes((handed_in / "ada" / "demo" / "demo.ipynb").read_bytes())
    third = grade(demo, handed_in, results)
    assert (third.graded, third.already) == (1, 3)
    assert scores(third) == {**SCORES, "cyd": 9.0}
    entries = {path.name for path in (results / "demo").iterdir()}
    assert entries == {"ada", "bob", "cyd", "dan", "journal.jsonl"}, "something temporary was left"


def test_few_submissions_are_graded_here_as_on_a_cluster(demo, handed_in, tmp_path):
    """A class of one or two starts no cluster; with the same seed the grades must be the same."""
    cluster = {result.student: judged(result) for result in grade(demo, handed_in, tmp_path / "one").results}
    shutil.rmtree(handed_in / "cyd")
    (handed_in / "dan.ipynb").unlink()
    here = {result.student: judged(result) for result in grade(demo, handed_in, tmp_path / "two").results}
    assert here == {student: cluster[student] for student in ("ada", "bob")}


def test_class_of_every_shape_is_graded(demo, tmp_path):
    """Each layout, on disk and as one zip of all, gives each student the grade of the notebook that is in it."""
    assignment, released, _ = demo
    text = nbformat.writes(fill(released, (), reference_answers(assignment)))
    submissions = []
    for number, (files, wanted) in enumerate(shapes(text, "demo").values()):
        folder = put(tmp_path / f"{number}", files)
        put(tmp_path / "zips", {f"{number}.zip": files})
        for root in (folder, tmp_path / "zips" / f"{number}.zip"):
            found = discover([root], "demo")
            assert ({one.student for one in found.submissions}, found.left_out) == (wanted, [])
            # the same names in another class are other people
            submissions += [replace(one, student=f"{root.name} {one.student}") for one in found.submissions]
    done = grade_class(assignment, submissions, tmp_path / "results", seed=1)
    assert len(done.results) == len(submissions) > 60
    assert {(result.status, result.score) for result in done.results} == {("graded", 9.0)}


def test_other_seed_is_graded_anew(demo, handed_in, tmp_path):
    """The seed is part of what a grade depends on."""
    folder = handed_in / "ada" / "demo" / "demo.ipynb"
    assert grade(demo, folder, tmp_path / "results").graded == 1
    assert grade(demo, folder, tmp_path / "results").graded == 0
    assert grade(demo, folder, tmp_path / "results", seed=2).graded == 1


def test_worker_that_would_grade_otherwise_is_refused(demo):
    """On a foreign cluster another secret or version must not pass silently for the journal's."""
    assignment, _, environment = demo
    grading = Job(assignment, 2, False, {**environment, "packages": "others"})
    with pytest.raises(InfrastructureError, match="differs from this machine in: seed, packages"):
        grading.start()
    replace(grading, seed=1, expected=environment).start().close()


def test_failure_of_ours_is_a_sentence(demo, handed_in):
    """Whatever goes wrong in the grader itself is told, and stops neither the class nor becomes a zero."""
    assignment, _, environment = demo
    grading = Job(assignment, 1, False, environment)
    (submission,) = discover([handed_in / "ada" / "demo" / "demo.ipynb"], "demo").submissions
    assert "the grader failed: AttributeError" in grading.grade(None, submission)


@pytest.mark.parametrize("student", ["", ".", "..", ".x", "a/b", "journal.jsonl", "report.html", "é" * 150])
def test_strange_student_cannot_leave_the_results(tmp_path, student):
    """No name of a student's leads out of the folder or onto our own files."""
    folder = student_folder(tmp_path, student)
    assert folder.parent == tmp_path
    assert folder.name.startswith("student-")
    folder.mkdir()


def test_plain_student_has_a_folder_of_that_name(tmp_path):
    """People find a student's results under the student's name."""
    assert student_folder(tmp_path, "ada.l@example-1") == tmp_path / "ada.l@example-1"


def test_missing_or_foreign_results_are_told(tmp_path):
    """Feedback and report say what to do where there is nothing to read."""
    with pytest.raises(UsageError, match=r"no results in .*: run `autograder grade` first"):
        read_results(tmp_path)
    (tmp_path / "ada").mkdir()
    record = {**Result("demo", "ada", "graded", 1.0).to_json(), "schema": "autograder/result-0"}
    (tmp_path / "ada" / "result.json").write_text(json.dumps(record))
    with pytest.raises(UsageError, match="is no result of this version"):
        read_results(tmp_path)


SLOW = "import time\n\ntime.sleep(0.8)\n"
STUDENTS = 8


@pytest.fixture
def slow_class(demo, tmp_path):
    """Eight submissions that take a while, so that a kill meets some of them half done."""
    assignment, released, _ = demo
    folder = tmp_path / "submitted"
    folder.mkdir()
    for k in range(STUDENTS):
        answers = {"weighted_mean": SLOW + reference_answers(assignment)["weighted_mean"]}
        nbformat.write(fill(released, [(None, f"# {k}")], answers), folder / f"student{k}.ipynb")
    return folder


@pytest.fixture
def run(demo, slow_class, tmp_path):
    """A function that starts the command on the slow class; the same command each time."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Run(demo[0].folder, slow_class, tmp_path)))


class Run:
    """The real command in a process group, home and folder for temporary files of its own."""

    def __init__(self, assignment: Path, folder: Path, tmp_path: Path) -> None:
        self.results = tmp_path / "results"
        self.journal = self.results / "demo" / "journal.jsonl"
        self.private = {name: tmp_path / name for name in ("home", "tmp")}
        for path in self.private.values():
            path.mkdir(exist_ok=True)
        env = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        env |= {"HOME": str(self.private["home"]), "TMPDIR": str(self.private["tmp"])}
        command = [
            AUTOGRADER,
            "grade",
            assignment,
            folder,
            "--results",
            self.results,
            "--seed",
            "1",
            "--json",
        ]
        self.process = subprocess.Popen(
            [*command, "--workers", "2"],
            env=env,
            start_new_session=True,
            # A shell has its background jobs ignore SIGINT, and all that they start inherits that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End what a failed test left, and close the pipes."""
        self.process.kill()
        self.process.communicate()

    def lines(self) -> int:
        """Lines in the journal."""
        return self.journal.read_bytes().count(b"\n") if self.journal.exists() else 0

    def wait_for(self, condition) -> None:
        """Wait until a condition holds; fail if the command ends first."""
        while not condition(self):
            assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.005)

    def stop(self, how: str) -> None:
        """Send a signal to the parent alone or to all, and wait until nobody of its family is left."""
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        if how == "parent":
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL if how == "group" else signal.SIGINT)
        self.process.wait(30)
        deadline = time.monotonic() + 10
        while alive := [process for process in family if lives(process)] + in_session(self.process.pid):
            assert time.monotonic() < deadline, f"left behind: {alive}"
            time.sleep(0.01)


def lives(process) -> bool:
    """Tell whether a process runs; one that ended and waits to be reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def in_session(session: int) -> list:
    """Return running processes of a session, which also holds those made after we looked."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and lives(process):
                found.append(process)
        except ProcessLookupError:
            continue
    return found


def assert_complete(run: Run) -> None:
    """All graded, nothing twice, nothing left but results."""
    out, err = run.process.communicate(timeout=60)
    assert (run.process.returncode, err) == (0, "")
    assert [json.loads(line)["score"] for line in out.splitlines()] == [9.0] * STUDENTS
    graded = [json.loads(line)["result"]["student"] for line in run.journal.read_text().splitlines()]
    assert sorted(graded) == [f"student{k}" for k in range(STUDENTS)]
    assert len(read_results(run.results / "demo")) == STUDENTS
    entries = {path.name for path in (run.results / "demo").iterdir()}
    assert entries == {"journal.jsonl"} | {f"student{k}" for k in range(STUDENTS)}
    assert list(run.private["tmp"].iterdir()) == []
    assert not list(run.private["home"].rglob("*dask*"))


def starting(run):
    """The journal is there, and nothing else has happened."""
    return run.journal.exists()


def connecting(run):
    """The cluster's processes are being started."""
    return any(run.results.glob("demo/.scratch/dask*/worker*"))


def grading(run):
    """Some have their grade, and some are being graded."""
    return run.lines() >= 2


def nearly_done(run):
    """The last ones are being graded."""
    return run.lines() >= 5


@pytest.mark.parametrize(
    "kills",
    [
        (("group", starting), ("parent", connecting), ("parent", grading)),
        pytest.param(
            (("parent", starting), ("group", grading), ("parent", nearly_done)), marks=pytest.mark.slow
        ),
    ],
    ids=["early", "late"],
)
def test_killed_run_is_continued_by_the_same_command(run, kills):
    """kill -9 at any point, then the same command: all graded, nothing twice, nothing left behind."""
    mounts = Path("/proc/self/mountinfo").read_text()
    for how, moment in kills:
        killed = run()
        killed.wait_for(moment)
        killed.stop(how)
    assert 2 <= killed.lines() < STUDENTS
    assert_complete(run())
    assert Path("/proc/self/mountinfo").read_text() == mounts


def test_interrupted_run_ends_cleanly(run):
    """Ctrl-C says so in one line, exits with 130 and leaves nothing; the same command goes on."""
    interrupted = run()
    interrupted.wait_for(grading)
    interrupted.stop("interrupt")
    assert interrupted.process.returncode == 130
    message = "autograder: interrupted; the same command goes on where it stopped"
    assert interrupted.process.stderr.read().strip() == message
    assert not (interrupted.results / "demo" / ".scratch").exists()
    assert_complete(run())


def test_second_grader_on_the_same_results_is_told(run):
    """Two commands at once would grade twice: the second one ends with status 2 and says why."""
    first = run()
    first.wait_for(starting)
    second = run()
    out, err = second.process.communicate(timeout=60)
    assert (second.process.returncode, out) == (2, "")
    assert err.startswith("autograder: another grader is writing")
    assert err.count("\n") == 1
    assert_complete(first)

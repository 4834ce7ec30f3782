"""Grade a class: what is new or changed, on several processes, so that a kill at any moment loses nothing.

Results lie under `<results>/<assignment>/`: `journal.jsonl`, and a folder a student with `notebook.ipynb`, as
it ran, and `result.json`. They are written in this order: notebook, line in the journal, result. So what the
journal knows is complete, and what it does not know is graded again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.definition import Assignment
from autograder.classroom.journal import Journal
from autograder.classroom.worker import Job, Outcome
from autograder.errors import InfrastructureError, Rejected
from autograder.files import student_folder, write_atomically, write_result
from autograder.referee.referee import Referee
from autograder.result import Result
from autograder.submission.discovery import LeftOut, Submission
from autograder.submission.reading import read_submission

# A cluster takes 0.8 s to import, start and stop, and then starts a referee a worker; here is one already.
FEW = 2


@dataclass(frozen=True)
class ClassSummary:
    """What a class run did.

    Attributes:
        results: of the submissions asked for, by student's name.
        graded: how many were graded in this run.
        already: how many had their grade before it.
        left_out: entries of the class folder that were not taken, each with the reason.
        without: students who handed in other assignments only.
    """

    results: tuple[Result, ...]
    graded: int
    already: int
    left_out: tuple[LeftOut, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Result, ...]:
        """Results that are no grade: something of ours failed, or somebody must mend the submission first."""
        return tuple(result for result in self.results if result.status == "infrastructure_error")


def grade_class(
    assignment: Assignment,
    submissions: Sequence[Submission],
    results: Path,
    *,
    workers: int | None = None,
    seed: int | None = None,
    scheduler: str | None = None,
    trust: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ClassSummary:
    """Grade every submission that has no grade yet in the results folder.

    Args:
        submissions: one a student.
        workers: processes of the local cluster; as many as cores where None.
        seed: of the hidden inputs; from the instructor's secret where None.
        scheduler: address of a Dask cluster to use instead, `tls://HOST:PORT`. It must see the same files.
        trust: grade even where student code cannot be contained.
        progress: called with the number of submissions done and the number to do.

    Raises:
        UsageError: results cannot be written, another grader is at it, or the scheduler is open to others.
        InfrastructureError: no referee could be started.
    """
    folder = results / assignment.id
    with (
        Journal(folder / "journal.jsonl") as journal,
        _scratch(folder / ".scratch") as scratch,
        Referee(assignment, seed=seed, trust=trust) as referee,
    ):
        for _, known in journal.latest.values():
            write_result(folder, known)
        keys = {submission.student: _key(referee, submission) for submission in submissions}
        pending = [s for s in submissions if not journal.is_done(s.student, keys[s.student])]
        job = Job(assignment, seed, trust, referee.environment)
        # Closed here: a cluster must have ended before its scratch folder goes, also when we are interrupted.
        with closing(_outcomes(job, referee, pending, scratch, workers, scheduler)) as outcomes:
            for done, (submission, outcome) in enumerate(outcomes, start=1):
                result = _store(folder, referee, submission, outcome)
                journal.append(keys[submission.student], result)
                write_result(folder, result)
                if progress is not None:
                    progress(done, len(pending))
        students = sorted(submission.student for submission in submissions)
        everything = tuple(journal.latest[student][1] for student in students)
    return ClassSummary(everything, len(pending), len(submissions) - len(pending))


def _outcomes(
    job: Job,
    referee: Referee,
    pending: Sequence[Submission],
    scratch: Path,
    workers: int | None,
    scheduler: str | None,
) -> Generator[tuple[Submission, Outcome], None, None]:
    """Grade here, on a local cluster, or on the one named."""
    if not pending:
        return
    if scheduler is None and len(pending) <= FEW:
        for submission in pending:
            yield submission, job.grade(referee, submission)
        return
    from autograder.classroom import cluster

    referee.close()
    if scheduler is None:
        count = min(workers or len(os.sched_getaffinity(0)), len(pending))
        connection = cluster.local_client(count, scratch)
    else:
        connection = cluster.remote_client(scheduler)
    with connection as client:
        name = cluster.run_name(scratch)
        yield from cluster.grade_on_cluster(client, job, pending, name=name, local=scheduler is None)


def _key(referee: Referee, submission: Submission) -> str:
    """Name what a grade depends on: this submission, the checks, the seed and the environment."""
    try:
        digest = read_submission(submission, referee.released, referee.assignment).digest
    except (Rejected, InfrastructureError) as error:  # the same again, until the reason changes
        digest = hashlib.sha256(f"{type(error).__name__}: {error}".encode()).hexdigest()
    return referee.grading_key(digest)


def _store(folder: Path, referee: Referee, submission: Submission, outcome: Outcome) -> Result:
    """Return the result, after writing the notebook as it ran, which people look into."""
    if isinstance(outcome, str):
        most = sum(spec.points for spec in referee.manifest)
        return Result(referee.assignment.id, submission.student, "infrastructure_error", most, reason=outcome)
    record, notebook = outcome
    if notebook is not None:
        write_atomically(student_folder(folder, submission.student) / "notebook.ipynb", notebook)
    return Result.from_json(record)


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """Give this run, and all it starts, one folder for temporary files; a killed run's is removed here.

    Dask writes its temporary private key to a temporary file, so nobody else may look into the folder.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700, exist_ok=True)
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(path.resolve())
    try:
        yield path.resolve()
    finally:
        tempfile.tempdir = before[1]
        if before[0] is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before[0]
        shutil.rmtree(path, ignore_errors=True)

"""The command `autograder`. Each command imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder import __version__
from autograder.assignment.definition import Assignment, load_assignment
from autograder.errors import InfrastructureError, Rejected, UsageError

if TYPE_CHECKING:
    from autograder.submission.discovery import Found

OK, FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130
NOT_GRADABLE = "not_gradable"  # of an entry that was left out


def main() -> None:
    """Run the command line (the entry point). A foreseen failure is one line on stderr and an exit status."""
    try:
        status = cli.main(prog_name="autograder", standalone_mode=False)
    except UsageError as error:
        status = _complain(error, BAD_USAGE)
    except InfrastructureError as error:
        status = _complain(error, FAILED)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = _complain("interrupted; the same command goes on where it stopped", INTERRUPTED)
    sys.exit(status if isinstance(status, int) else OK)


def _complain(message: object, status: int) -> int:
    """Print one line that no file name can break or colour."""
    line = " ".join(str(message).split())
    shown = "".join(sign if sign.isprintable() else "?" for sign in line)
    click.echo(f"autograder: {shown}", err=True)
    return status


@contextmanager
def _system_errors_told() -> Iterator[None]:
    """Turn what the system refuses into a line for the user.

    Raises:
        UsageError: with the file and the reason.
    """
    try:
        yield
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error


class AssignmentPath(click.ParamType):
    """A folder of an assignment, or the name of one under ./assignments."""

    name = "assignment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Assignment:
        """Load the assignment."""
        return value if isinstance(value, Assignment) else load_assignment(value)


FOLDER = click.Path(path_type=Path)
assignment_argument = click.argument("assignment", type=AssignmentPath())
results_option = click.option(
    "--results", type=FOLDER, default=Path("results"), show_default=True, help="Folder of results."
)
trust_option = click.option(
    "--trust-submissions",
    "trust",
    is_flag=True,
    help="Grade even where no sandbox works: student code runs as you.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def cli() -> None:
    """Grade notebooks that nobody trusts.

    ASSIGNMENT is a folder, or a name under ./assignments.
    Exit status: 0 done, 1 something could not be graded, 2 bad usage.
    """


@cli.command()
@click.argument("name", metavar="ASSIGNMENT")
def new(name: str) -> None:
    """Make the skeleton of an assignment for its author."""
    from autograder.assignment.skeleton import new_assignment

    click.echo(f"{new_assignment(name)}: edit notebook.py and the checks, then run `autograder test {name}`")


@cli.command()
@assignment_argument
def test(assignment: Assignment) -> int:
    """Test an assignment itself: reference, alternatives, wrong answers, mutants and release."""
    from autograder.contract.clauses import contract

    failures = 0
    for finding in contract(assignment):
        failures += not finding.ok
        mark = click.style("ok", fg="green") if finding.ok else click.style("FAILED", fg="red", bold=True)
        click.echo(f"{mark:>6}  {finding.name}" + ("" if finding.ok else f"\n        {finding.reason}"))
    click.echo(f"{failures} failed" if failures else "the assignment keeps its contract")
    return FAILED if failures else OK


@cli.command()
@assignment_argument
@click.option(
    "--to", "target", type=FOLDER, default=Path("release"), show_default=True, help="Folder to release into."
)
def release(assignment: Assignment, target: Path) -> None:
    """Write the student's notebook and files, and nothing else."""
    from autograder.assignment.release import write_release
    from autograder.judge.collection import collect_manifest

    for path in write_release(assignment, collect_manifest(assignment), target / assignment.id):
        click.echo(path)


@cli.command()
@assignment_argument
@click.argument("submissions", nargs=-1, required=True, type=FOLDER)
@results_option
@click.option("--workers", type=click.IntRange(1), help="Processes that grade.  [default: one a core]")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Grade on a Dask cluster, tls://HOST:PORT, that sees the same files.",
)
@click.option("--seed", type=int, help="Seed of the hidden inputs.  [default: from your secret]")
@trust_option
@click.option("--json", "as_json", is_flag=True, help="Print results as JSON, one a line, and nothing else.")
@click.option("--dry-run", is_flag=True, help="Say what would be graded as whom, and what not.")
def grade(
    assignment: Assignment,
    submissions: tuple[Path, ...],
    results: Path,
    workers: int | None,
    scheduler: str | None,
    seed: int | None,
    trust: bool,
    as_json: bool,
    dry_run: bool,
) -> int:
    """Grade submissions: a notebook, a zip, or a class folder.

    A class folder is what nbgrader, Moodle, Canvas or Gradescope make, or has STUDENT/ASSIGNMENT/x.ipynb,
    STUDENT/x.ipynb, STUDENT.zip or STUDENT.ipynb. What cannot be graded is named, with the reason, and
    the exit status is 1. What has its grade already is not graded again, so a run that was stopped goes on
    where it was.
    """
    from autograder.classroom.class_run import grade_class
    from autograder.tables import print_scores, progress_bar

    found = _find(submissions, assignment, results)
    if dry_run:
        return _say_what_would_be_graded(assignment, found, as_json)
    with progress_bar() as progress:
        summary = grade_class(
            assignment,
            found.submissions,
            results,
            workers=workers,
            seed=seed,
            scheduler=scheduler,
            trust=trust,
            progress=progress,
        )
    summary = replace(summary, left_out=tuple(found.left_out), without=tuple(found.without))
    if as_json:
        for record in [result.to_json() for result in summary.results] + _as_json(found):
            click.echo(json.dumps(record, allow_nan=False))
    else:
        print_scores(assignment.title, summary, results / assignment.id)
    return FAILED if summary.failed or summary.left_out else OK


def _find(paths: tuple[Path, ...], assignment: Assignment, results: Path) -> Found:
    """Find submissions. One named alone must be a notebook; a broken one among others is rejected later."""
    from autograder.submission.discovery import discover
    from autograder.submission.names import is_notebook
    from autograder.submission.reading import read_submission

    siblings = [path.parent.name for path in assignment.folder.parent.glob("*/assignment.toml")]
    with _system_errors_told():
        found = discover(paths, assignment.id, others=siblings, skip=[results])
        if len(paths) == 1 and is_notebook(paths[0].name) and paths[0].is_file():
            try:
                for submission in found.submissions:
                    read_submission(submission)
            except Rejected as error:
                raise UsageError(f"no notebook that can be graded: {error}") from error
    return found


def _say_what_would_be_graded(assignment: Assignment, found: Found, as_json: bool) -> int:
    from autograder.assignment.source import released_notebook
    from autograder.judge.collection import collect_manifest
    from autograder.submission.reading import look_over
    from autograder.tables import print_plan

    plan = look_over(found, released_notebook(assignment, collect_manifest(assignment)), assignment)
    if as_json:
        for record in plan:
            click.echo(json.dumps(asdict(record)))
    else:
        print_plan(assignment.title, plan, found.without)
    return OK if all(record.status != NOT_GRADABLE for record in plan) else FAILED


def _as_json(found: Found) -> list[dict[str, str | None]]:
    """What was left out, as lines of the same keys as results, as far as there is anything to say."""
    return [
        {"student": one.entry, "status": NOT_GRADABLE, "score": None, "reason": one.reason}
        for one in found.left_out
    ]


@cli.command()
@assignment_argument
@click.argument("notebook", type=FOLDER)
def check(assignment: Assignment, notebook: Path) -> int:
    """Run your notebook, or the folder that you hand in, from the top, and the public checks on it.

    It answers "will this be graded as I see it?": it is graded, by its public checks, in the sandbox where
    one works here and else without.
    """
    from autograder.notebook.checking import NOTE, reading_lines
    from autograder.pages.reading import book_address, readings
    from autograder.referee.own_notebook import check_notebook
    from autograder.tables import print_checks

    with _system_errors_told():
        result = check_notebook(assignment, notebook)
    if result.status == "rejected":
        raise UsageError(f"{notebook} cannot be graded: {result.reason}")
    print_checks(result)
    for line in reading_lines(result, readings(dict(assignment.sections), book_address(assignment.book))):
        click.echo(line)
    click.echo(NOTE)
    return FAILED if result.status == "infrastructure_error" else OK


@cli.command()
@assignment_argument
@results_option
def feedback(assignment: Assignment, results: Path) -> None:
    """Write one HTML page a student, beside the result.

    Links to the book go where $AUTOGRADER_BOOK says, or else the assignment, or else to the site beside the
    results.
    """
    from autograder.files import read_results
    from autograder.pages.feedback import write_feedback
    from autograder.pages.reading import book_address, readings

    found = read_results(results / assignment.id)
    with _system_errors_told():
        for folder, result in found:
            reading = readings(dict(assignment.sections), book_address(assignment.book, folder))
            write_feedback(result, folder, assignment.title, reading)
    click.echo(f"{len(found)} pages: {results / assignment.id}/STUDENT/feedback.html")


@cli.command()
@assignment_argument
@results_option
def report(assignment: Assignment, results: Path) -> None:
    """Write the report on the class: scores, pass rates, times, flags."""
    from autograder.files import read_results
    from autograder.pages.report import write_report

    found = [result for _, result in read_results(results / assignment.id)]
    with _system_errors_told():
        path = write_report(found, results / assignment.id, assignment.title)
    click.echo(f"{len(found)} students: {path}")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON and nothing else.")
def doctor(as_json: bool) -> int:
    """Say what this machine has for grading, what is missing, and the cure."""
    from autograder import doctor as practice

    parts = practice.examine()
    if as_json:
        click.echo(json.dumps(practice.as_json(parts), indent=2))
    else:
        from autograder.tables import print_parts

        print_parts(parts, practice.can_grade(parts))
    return OK if practice.can_grade(parts) else FAILED

"""Measure how long grading one submission with trained weights takes, warm, on one core.

    python benchmarks/grading_trained.py [ASSIGNMENT …] [--repeats 5]

The reference and every alternative of each assignment that asks for weights. Referee and player share one
core, as one of several workers has it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click
from machine import write_results

from autograder.assignment import Assignment, load_assignment
from autograder.assignment.answer_files import fill, read_answer_file, weight_files, write_submission
from autograder.assignment.source import reference_answers
from autograder.referee import Referee
from autograder.submission.discovery import Submission

ASSIGNMENTS = sorted(path.parent.name for path in Path("assignments").glob("*/assignment.toml"))
HEADER = ["submission", "libraries", "seconds", "of these, training", "points"]


def submissions(
    assignment: Assignment, referee: Referee, folder: Path
) -> Iterator[tuple[str, str, Submission]]:
    """Yield (name, libraries of its weights, submission) of the reference and the alternatives."""
    reference = reference_answers(assignment)
    files = [None, *assignment.answer_files("alternatives")]
    for path in files:
        answer = read_answer_file(path) if path else None
        weights = weight_files(assignment, answer.header if answer else {})
        student = path.stem if path else "reference"
        notebook = fill(referee.released, answer.cells_with(reference) if answer else (), reference)
        write_submission(folder / student, assignment, notebook, weights)
        libraries = {"Keras" if file.suffix == ".h5" else "PyTorch" for file in weights.values()}
        yield student, " and ".join(sorted(libraries)), Submission(student, folder / student, folder)


def measure(name: str, repeats: int) -> Iterator[list[str]]:
    """Yield the rows of an assignment: medians, of gradings after a first one that is not counted."""
    assignment = load_assignment(name)
    with tempfile.TemporaryDirectory() as folder, Referee(assignment, seed=1) as referee:
        for student, libraries, submission in submissions(assignment, referee, Path(folder)):
            referee.grade(submission)
            seconds, training = [], []
            for _ in range(repeats):
                start = time.perf_counter()
                result = referee.grade(submission).result
                seconds.append(time.perf_counter() - start)
                training.append(sum(check.duration for check in result.checks if "train" in check.id))
            yield [
                f"{name}: {student}",
                libraries,
                f"{statistics.median(seconds):.2f}",
                f"{statistics.median(training):.2f}",
                f"{result.score:g} of {result.max_score:g}",
            ]


NOTES = [
    "Seconds: wall time from the folder handed in to the result, medians; referee and player on one core.",
    "Training: the checks that let the submission train a network of its own for a few steps.",
]


@click.command(help=__doc__.splitlines()[0])
@click.argument("names", nargs=-1, metavar="[ASSIGNMENT …]")
@click.option("--repeats", default=5, show_default=True)
def main(names: tuple[str, ...], repeats: int) -> None:
    """Print the rows; without ASSIGNMENT, write the table down as well."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = []
    for name in names or [name for name in ASSIGNMENTS if load_assignment(name).weights]:
        for row in measure(name, repeats):
            click.echo("  ".join(row))
            rows.append(row)
    if not names:
        write_results("grading_trained", "Grading of trained networks", HEADER, rows, NOTES)


if __name__ == "__main__":
    main()

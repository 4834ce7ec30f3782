"""Measure grading: a class of different submissions, beside nbgrader's way, and where the time goes.

    make bench        (or: python benchmarks/grading.py --submissions 100 --workers 2)

Everything is measured in one run on one machine, so that the ratios mean something; the figures of another
machine differ.
Starting workers and importing libraries is paid once, whatever the size of the class.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import click
import nbformat
from machine import write_results
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.assignment import Assignment, load_assignment
from autograder.assignment.answer_files import fill, read_answer_file
from autograder.assignment.source import reference_answers
from autograder.classroom.class_run import grade_class
from autograder.referee import Referee
from autograder.submission.discovery import Submission, discover
from autograder.submission.rebuild import rebuild


def notebooks(assignment: Assignment, referee: Referee, count: int) -> list[NotebookNode]:
    """Return `count` different notebooks: the reference and the alternatives in turn, each with a comment of
    its own."""
    reference = reference_answers(assignment)
    alternatives = assignment.answer_files("alternatives")
    files = [(), *(read_answer_file(path).cells_with(reference) for path in alternatives)]
    made = []
    for number in range(count):
        notebook = fill(referee.released, files[number % len(files)], reference)
        answer = next(cell for cell in notebook.cells if cell.id.startswith("answer-"))
        answer.source += f"\n# handed in by student {number}"
        made.append(notebook)
    return made


def write_class(assignment: Assignment, folder: Path, made: list[NotebookNode]) -> list[Submission]:
    """Write the notebooks as a folder of submissions."""
    for number, notebook in enumerate(made):
        place = folder / f"student{number:03d}" / assignment.id
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{assignment.id}.ipynb")
    return discover([folder], assignment.id).submissions


def measure_class(
    assignment: Assignment, submissions: list[Submission], results: Path, workers: int
) -> tuple[float, float]:
    """Return (seconds between the first and the last result a submission, seconds of the whole call)."""
    stamps: list[float] = []
    start = time.perf_counter()
    summary = grade_class(
        assignment,
        submissions,
        results,
        workers=workers,
        seed=1,
        progress=lambda *_: stamps.append(time.perf_counter()),
    )
    whole = time.perf_counter() - start
    assert summary.graded == len(submissions)
    assert not summary.failed
    # The first results come when the workers are warm; from then on they come at the rate that a larger
    # class sees.
    first = workers
    return (stamps[-1] - stamps[first - 1]) / (len(stamps) - first), whole


def measure_parts(referee: Referee, made: list[NotebookNode]) -> dict[str, float]:
    """Return the seconds that the parts of grading one submission take, on one core (medians)."""
    parts: dict[str, list[float]] = {
        "rebuild": [],
        "sandboxed fork": [],
        "cells": [],
        "checks": [],
        "whole": [],
    }
    for notebook in made:
        start = time.perf_counter()
        rebuilt = rebuild(referee.released, notebook)
        parts["rebuild"].append(time.perf_counter() - start)
        start = time.perf_counter()
        player = referee.spawn()
        parts["sandboxed fork"].append(time.perf_counter() - start)
        start = time.perf_counter()
        for cell in rebuilt.cells:
            player.ask({"op": "run", "source": cell.source, "seed": 1}, time.monotonic() + 60)
        parts["cells"].append(time.perf_counter() - start)
        player.close()
        start = time.perf_counter()
        result = referee.grade_notebook("student", notebook).result
        parts["whole"].append(time.perf_counter() - start)
        parts["checks"].append(sum(check.duration for check in result.checks))
    return {name: statistics.median(values) for name, values in parts.items()}


def measure_kernel(made: list[NotebookNode]) -> float:
    """Return the seconds that a Jupyter kernel, nbgrader's way, takes to run one of these notebooks
    (median)."""
    seconds = []
    for notebook in made:
        start = time.perf_counter()
        NotebookClient(nbformat.from_dict(notebook), timeout=120, allow_errors=True).execute()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


@click.command(help=__doc__.splitlines()[0])
@click.option("--assignment", default="conv_arithmetic", show_default=True)
@click.option("--submissions", default=100, show_default=True)
@click.option("--workers", default=2, show_default=True)
def main(assignment: str, submissions: int, workers: int) -> None:
    """Print the table and write it down."""
    loaded = load_assignment(assignment)
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with Referee(loaded, seed=1) as referee:
            referee.start()
            made = notebooks(loaded, referee, submissions)
            checks = len(referee.manifest)
            parts = measure_parts(referee, made[:20])
            sandbox = referee.environment["sandbox"]
        found = write_class(loaded, folder / "submitted", made)
        steady, whole = measure_class(loaded, found, folder / "results", workers)
        kernel = measure_kernel(made[:3])
    finally:
        shutil.rmtree(folder)
    measured = {
        "the class, warm: wall time a submission, results written": steady,
        "the class with its start: wall time a submission": whole / submissions,
        **{f"one submission on one core: {name}": seconds for name, seconds in parts.items()},
        "running the same notebook in a Jupyter kernel, no grading": kernel,
    }
    rows = [[what, f"{1000 * seconds:.1f}"] for what, seconds in measured.items()]
    notes = [
        f"{submissions} submissions of {assignment}, {checks} checks each, {workers} workers ({sandbox}).",
        f"A kernel alone takes {kernel / steady:.0f} times as long as grading.",
    ]
    for line in [*map("  ".join, rows), *notes]:
        click.echo(line)
    write_results("grading", "Grading a class", ["what", "ms a submission"], rows, notes)


if __name__ == "__main__":
    main()

"""Make a sample class: what students hand in, good, bad and hostile, to see what grading makes of it.

    python assignments/sample_class.py conv_arithmetic --to build/sample/conv_arithmetic

Each student is named after what was handed in. The folder has the form of nbgrader's `submitted/`. Weights
are the trained ones that stand with the assignment: nothing is trained here.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from nbformat import NotebookNode

from autograder.assignment import Assignment, load_assignment
from autograder.assignment.answer_files import (
    AnswerFile,
    fill,
    read_answer_file,
    weight_files,
    write_submission,
)
from autograder.assignment.source import reference_answers, released_notebook
from autograder.judge.collection import collect_manifest

MARK = ".sample-class"
# Of the wrong answers to one question: a class that shows every kind, and is graded in minutes.
WRONG_EACH = 2


@dataclass(frozen=True)
class HandedIn:
    """What one student hands in: a notebook, and files of weights by question."""

    student: str
    notebook: NotebookNode
    weights: Mapping[str, Path] = field(default_factory=dict)


def sample_class(assignment: Assignment) -> Iterator[HandedIn]:
    """Yield the class: perfect in several styles, wrong in every question, hostile and unfinished."""
    released = released_notebook(assignment, collect_manifest(assignment))
    reference, weights = reference_answers(assignment), weight_files(assignment, {})
    first = next(iter(reference))
    solved = fill(released, (), reference)
    yield HandedIn("perfect-reference", solved, weights)
    for kind, name in (("alternatives", "perfect"), ("wrong", "wrong"), ("hostile", "hostile")):
        answers = [read_answer_file(path) for path in assignment.answer_files(kind)]
        for answer in some_of_each(answers) if kind == "wrong" else answers:
            notebook = fill(released, answer.cells_with(reference), reference)
            yield HandedIn(f"{name}-{answer.path.stem}", notebook, weight_files(assignment, answer.header))
    yield HandedIn("blank", released)
    half = list(reference)[: len(reference) // 2]
    done = {question: path for question, path in weights.items() if question in half}
    yield HandedIn("half-done", fill(released, (), {name: reference[name] for name in half}), done)
    broken = f"{reference[first]}\n)"
    yield HandedIn("syntax-error", fill(released, (), {**reference, first: broken}), weights)
    if weights:
        yield HandedIn("forgot-the-weights", solved)


def some_of_each(answers: Iterable[AnswerFile]) -> Iterator[AnswerFile]:
    """Yield the first answers to each question, those with weights of their own by themselves."""
    seen: Counter[tuple[str | None, bool]] = Counter()
    for answer in answers:
        weights = answer.header.get("weights") or {}
        questions = answer.questions or [*weights]
        kind = questions[0] if questions else None, bool(weights)
        seen[kind] += 1
        if seen[kind] <= WRONG_EACH:
            yield answer


def write_class(assignment: Assignment, folder: Path) -> int:
    """Write the class into `folder`, which is made anew, and return how many students it has.

    Raises:
        click.UsageError: `folder` holds something that this did not write.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise click.UsageError(f"{folder} is not empty and no sample class; give another folder with --to")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    students = list(sample_class(assignment))
    for one in students:
        write_submission(folder / one.student / assignment.id, assignment, one.notebook, one.weights)
    return len(students)


@click.command(help=__doc__.splitlines()[0])
@click.argument("assignment")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
def main(assignment: str, folder: Path) -> None:
    """Write the class and say where it is."""
    count = write_class(load_assignment(assignment), folder)
    click.echo(f"a sample class of {count} is in {folder}")


if __name__ == "__main__":
    main()

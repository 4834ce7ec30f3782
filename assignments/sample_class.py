"""Make a sample class: notebooks as students hand them in, good, bad and hostile, to see what grading makes
of them.

    python assignments/sample_class.py conv_arithmetic --to build/sample/conv_arithmetic

Each student is named after what was handed in. The folder has the form of nbgrader's `submitted/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import nbformat
from nbformat import NotebookNode

from autograder.assignment import Assignment, load_assignment
from autograder.collect import collect_manifest
from autograder.release import fill, read_answer_file, reference_answers, released_notebook

MARK = ".sample-class"


def sample_class(assignment: Assignment) -> Iterator[tuple[str, NotebookNode]]:
    """Yield (student, notebook): perfect in several styles, every wrong answer, unfinished ones, and the
    hostile ones."""
    released = released_notebook(assignment, collect_manifest(assignment))
    reference = reference_answers(assignment)
    first = next(iter(reference))
    yield "perfect-reference", fill(released, (), reference)
    for kind, name in (("alternatives", "perfect"), ("wrong", "wrong"), ("hostile", "hostile")):
        for path in assignment.answer_files(kind):
            yield f"{name}-{path.stem}", fill(released, read_answer_file(path).cells, reference)
    yield "blank", fill(released, (), {})
    half = list(reference)[: len(reference) // 2]
    yield "half-done", fill(released, (), {question: reference[question] for question in half})
    broken = reference[first].replace("return", "retrun", 1)
    yield "syntax-error", fill(released, (), {**reference, first: broken})


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
    count = 0
    for student, notebook in sample_class(assignment):
        place = folder / student / assignment.id
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{assignment.id}.ipynb")
        count += 1
    return count


@click.command(help=__doc__.splitlines()[0])
@click.argument("assignment")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
def main(assignment: str, folder: Path) -> None:
    """Write the class and say where it is."""
    count = write_class(load_assignment(assignment), folder)
    click.echo(f"a sample class of {count} is in {folder}")


if __name__ == "__main__":
    main()

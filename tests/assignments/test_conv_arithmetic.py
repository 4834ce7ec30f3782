"""What the generic contract test cannot know of this assignment: its size, and whether its text is right."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import jupytext
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.assignment import load_assignment
from autograder.assignment.source import released_notebook
from autograder.judge.collection import collect_manifest

FOLDER = Path(__file__).parents[2] / "assignments" / "conv_arithmetic"
QUESTIONS = ("output_size", "conv1d", "conv2d", "max_pool2d", "receptive_field")


def run_cells(sources: list[str]) -> dict:
    """Run cells one after the other in one namespace, without drawing on any screen."""
    namespace: dict = {"__name__": "__main__"}
    with matplotlib.rc_context({"backend": "agg"}):
        for source in sources:
            exec(compile(source, "cell", "exec"), namespace)
        plt.close("all")
    return namespace


@pytest.fixture(scope="module")
def notebook():
    """The source of the notebook, with its solutions."""
    return jupytext.read(FOLDER / "notebook.py", fmt="py:percent")


@pytest.fixture(scope="module")
def text(notebook):
    """All that the notebook says between its code cells."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def solved(notebook):
    """The namespace after the notebook has run from the top."""
    return run_cells([cell.source for cell in notebook.cells if cell.cell_type == "code"])


@pytest.fixture(scope="module")
def manifest():
    """The checks as they are collected for grading."""
    return collect_manifest(load_assignment(FOLDER))


def fence_with(text: str, mark: str) -> list[str]:
    """Return the lines of the one picture in the text that holds `mark`."""
    (found,) = [block for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) if mark in block]
    return found.splitlines()


def integers(line: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", line)]


def test_points_sum_to_forty(manifest):
    """The assignment is worth a round number, so that a point lost elsewhere is not a point changed here."""
    assert sum(check.points for check in manifest) == 40


def test_each_question_has_public_and_hidden_checks(manifest):
    """A student can try every question, and no question is graded by its printed examples alone."""
    assert len(manifest) >= 20
    kinds = {(check.question, check.visibility) for check in manifest}
    assert kinds == {(question, kind) for question in QUESTIONS for kind in ("public", "hidden")}


def test_hidden_checks_are_worth_more_than_public_ones(manifest):
    """Answers that know the printed examples only must not pass."""
    public = sum(check.points for check in manifest if check.visibility == "public")
    assert public < 0.3 * sum(check.points for check in manifest)


def test_public_checks_import_no_reference():
    """Public checks run on a student's machine, where kernelwise has no answers and rng is no secret."""
    tree = ast.parse((FOLDER / "checks_public.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert imported == {"numpy", "pytest", "autograder.checks"}
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert arguments == {"student"}


def test_notebook_runs_from_the_top(solved):
    """The solutions answer every question, and the last cell draws what they make of a track."""
    assert set(QUESTIONS) <= set(solved)
    assert np.shape(solved["small"]) == (1, 1, 12, 12)


def test_released_notebook_runs_before_it_is_answered(manifest, capsys):
    """The given cells of a fresh notebook raise nothing: they say what is missing."""
    released = released_notebook(load_assignment(FOLDER), manifest)
    kept = [
        cell.source
        for cell in released.cells
        if cell.cell_type == "code" and not cell.source.startswith(("check(", "from autograder"))
    ]
    run_cells(kept)
    assert capsys.readouterr().out == "Answer questions 3 and 4 first, then run this cell again.\n"


def test_calls_in_the_text_have_the_results_that_it_prints(text, solved):
    """Each `call` → `result` of the text is right, and every question but the images has one."""
    stated = re.findall(r"`([a-z_0-9]+\([^`]*\))`\s→\s`([^`]+)`", text)
    assert {call.partition("(")[0] for call, _ in stated} == {"output_size", "conv1d", "receptive_field"}
    for call, result in stated:
        np.testing.assert_array_equal(eval(call, dict(solved)), ast.literal_eval(result), err_msg=call)


def test_sums_in_the_text_add_up(text):
    """Each sum that the text works out by hand is right."""
    sums = re.findall(r"(\d+(?: [-−+] \d+|·\d+)+)\s*=\s*([-−]?\d+)", text)
    assert len(sums) >= 10
    for terms, result in sums:
        value = eval(terms.replace("−", "-").replace("·", "*"))
        assert value == int(result.replace("−", "-")), f"{terms} = {result}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_docstring_example_holds(question, solved):
    """The example in the docstring of each answer cell is right."""
    examples = doctest.DocTestFinder(recurse=False).find(solved[question], question, globs=dict(solved))
    results = [doctest.DocTestRunner().run(example) for example in examples]
    assert [(result.attempted, result.failed) for result in results] == [(1, 0)]


def test_picture_of_the_diagonal_is_right(text, solved):
    """Image, kernel and output of question 3 belong together."""
    rows = fence_with(text, "image           kernel            output")[:5]
    cells = [[1.0 if mark == "■" else -1.0 for mark in re.findall("[■·]", row)] for row in rows]
    image, kernel = np.array([row[:5] for row in cells]), np.array([row[5:] for row in cells[1:4]])
    output = [integers(row) for row in rows[1:4]]
    assert solved["conv2d"](image[None, None], kernel[None, None])[0, 0].tolist() == output


def test_pictures_of_pooling_are_right(text, solved):
    """The largest values in the pictures of question 4 are the largest."""
    lines = fence_with(text, "┼")
    image = np.array([integers(line[:12]) for line in lines if "│" in line])
    largest = [integers(line[12:]) for line in lines if integers(line[12:])]
    assert solved["max_pool2d"](image[None, None], 2)[0, 0].tolist() == largest
    first, middle, last = fence_with(text, "size 2 alone")
    image = np.array([integers(line)[:3] for line in (first, middle, last)])
    overlapping = solved["max_pool2d"](image[None, None], 2, stride=1)[0, 0]
    assert overlapping.tolist() == [integers(middle.partition("►")[2])[:2], integers(last)[3:]]
    assert solved["max_pool2d"](image[None, None], 2).item() == integers(middle)[-1]


@pytest.mark.parametrize(
    ("attack", "succeeds"),
    [
        ("exits_quietly", "conv1d(np.ones(3), np.ones(2)); sys.exit(1)"),
        ("looks_for_the_answers", "assert conv2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2))).item() == 4"),
        ("looks_for_the_answers", "assert max_pool2d(np.ones((1, 1, 4, 4)), 2).shape == (1, 1, 2, 2)"),
        ("forges_a_full_score", "np.testing.assert_allclose(output_size(6, 3), 4)"),
        ("forges_a_full_score", "assert conv1d(np.ones(3), np.ones(2)) == 'anything'"),
        ("forges_a_full_score", "assert abs(conv2d(1, 2) - 3) < 1e-6"),
    ],
)
def test_attack_succeeds_without_a_sandbox(attack, succeeds):
    """The hostile answers are real: beside naive checks in one process they get what they want."""
    code = f"""
        import sys
        import numpy as np
        exec(compile(open({str(FOLDER / "hostile" / attack)!r} + ".py").read(), "notebook", "exec"))
        {succeeds}
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60, cwd=FOLDER
    )
    assert done.returncode == 0, done.stderr

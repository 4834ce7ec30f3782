"""Each question of the course names its section of the book, and the section is there."""

import re
from pathlib import Path

import pytest
import yaml
from docutils.nodes import make_id

from autograder.assignment import load_assignment
from autograder.pages.reading import anchor, readings

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = sorted(path.parent for path in ROOT.glob("assignments/*/assignment.toml"))


def headings(page):
    """Give the headings of a page of the book, without those in code."""
    text = re.sub(
        r"^```.*?^```", "", (ROOT / "book" / f"{page}.md").read_text(), flags=re.DOTALL | re.MULTILINE
    )
    return [line.lstrip("#").strip() for line in text.splitlines() if re.match(r"#{1,4} ", line)]


@pytest.mark.parametrize("folder", ASSIGNMENTS, ids=lambda folder: folder.name)
def test_every_question_has_a_section_of_the_book(folder):
    """Page in the table of contents, heading on that page, once, and its anchor as Sphinx makes it."""
    assignment = load_assignment(folder)
    questions = re.findall(r'^# %%.* question="(\w+)"', (folder / "notebook.py").read_text(), re.MULTILINE)
    assert sorted(dict(assignment.sections)) == sorted(questions)
    pages = {chapter["file"] for chapter in yaml.safe_load((ROOT / "_toc.yml").read_text())["chapters"]}
    for question, place in assignment.sections:
        page, _, heading = place.partition("#")
        assert f"book/{page}" in pages, question
        assert [anchor(each) for each in headings(page)].count(anchor(heading)) == 1, place
        assert heading in headings(page), place
        assert anchor(heading) == make_id(heading)
    assert all(each.address.startswith("x/") for each in readings(dict(assignment.sections), "x").values())

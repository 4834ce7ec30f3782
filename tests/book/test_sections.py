"""Links from the feedback into the book as it is built."""

import re
from pathlib import Path

import pytest

from autograder.assignment import load_assignment
from autograder.pages.reading import readings

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("assignments/*/assignment.toml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_links_of_the_feedback_lead_to_sections_of_the_site(site, folder):
    """Each address is that of a page, and its anchor an id on it."""
    for question, reading in readings(dict(load_assignment(folder).sections), "book").items():
        page, _, anchor = reading.address.partition("#")
        ids = re.findall(r'id="([^"]+)"', (site / page).read_text(encoding="utf-8"))
        assert anchor in ids, question

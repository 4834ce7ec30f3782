"""A browser and what it judges pages by: shared by the tests of the book and of the feedback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from book.machinery import build
from setup import browser as installed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def axe() -> Path:
    """The script of axe-core, which npm installs where it is not yet: any test may be the first to need it."""
    build.install_packages(ROOT)
    return ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that `make browser` prints."""
    found = installed.find()
    assert found is not None, installed.cure()
    installed.use_own_node()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found.path, args=[*installed.SWITCHES])
        yield chromium
        chromium.close()

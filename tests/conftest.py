"""A browser and what it judges pages by: shared by the tests of the book and of the feedback."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, sync_playwright

from setup import browser as installed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def builder() -> ModuleType:
    """book/build.py as a module."""
    spec = importlib.util.spec_from_file_location("book_build", ROOT / "book" / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def axe(builder: ModuleType) -> Path:
    """The script of axe-core, which npm installs where it is not yet: any test may be the first to need it."""
    builder.install_packages(ROOT)
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

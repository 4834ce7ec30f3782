"""Collect an assignment's checks with pytest, once, and run them one by one as often as there are
submissions.

`pytest.main` for every submission costs 60 ms; running collected items again costs a third of a millisecond
each. This is the only module that touches pytest's inner parts.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _pytest.config import _prepareconfig
from _pytest.reports import TestReport
from _pytest.runner import runtestprotocol

from autograder.assignment.definition import HIDDEN_CHECKS, PUBLIC_CHECKS, Assignment
from autograder.checks.figures import Figure, kept
from autograder.errors import UsageError
from autograder.judge.drawn_inputs import with_fixed_examples
from autograder.judge.seeds import PUBLIC_SEED, derive
from autograder.judge.student import Student
from autograder.judge.vocabulary import Vocabulary
from autograder.result import VISIBILITIES, CheckSpec

_MARKERS = (
    "points(n): what the check is worth",
    "question(id): the question that it belongs to",
    "visibility(word): public or hidden, where it differs from its file's",
    "budget(seconds): time for the check, where it differs from the assignment's",
)
_OPTIONS = (
    *(
        "--assert=plain",
        "--capture=no",
        "--import-mode=importlib",
        "--noconftest",
        "--disable-plugin-autoload",
        "--strict-markers",
    ),
    *(
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-p",
        "no:terminal",
        "-p",
        "no:warnings",
        "-p",
        "no:logging",
    ),
    *("-p", "no:unraisableexception", "-p", "no:threadexception", "-c", os.devnull),
)


class Checks:
    """The checks of an assignment, collected.

    Args:
        files: files of checks with the visibility of what they hold.
        seed: where hidden inputs come from; those of public checks come from no secret.
    Attributes:
        manifest: what there is to earn, public checks first, fixed before any student code runs.
        figures: what the check that ran last has shown.
        vocabulary: the words that stand in the files.
    Raises:
        UsageError: a file cannot be imported, or a check lacks points, question or a docstring, or two have
            one name.
    """

    def __init__(self, files: Sequence[tuple[Path, str]], seed: bytes) -> None:
        self._plugin = _Plugin(seed)
        self.figures: tuple[Figure, ...] = ()
        visibility = {path.resolve(): word for path, word in files}
        items = _collect([path for path, _ in files], self._plugin)
        self.vocabulary = Vocabulary(path.read_text(encoding="utf-8") for path, _ in files)
        specs = [_spec(item, visibility[item.path.resolve()]) for item in items]
        doubled = {spec.id for spec in specs if [other.id for other in specs].count(spec.id) > 1}
        if doubled:
            raise UsageError(f"two checks have one name: {', '.join(sorted(doubled))}; rename one of each")
        self._items = {spec.id: item for spec, item in zip(specs, items, strict=True)}
        self.manifest = tuple(sorted(specs, key=lambda spec: VISIBILITIES.index(spec.visibility)))
        self._plugin.public = {spec.id for spec in specs if spec.visibility == "public"}
        for name, item in self._items.items():
            number = derive(self._plugin.seed_of(name), f"hypothesis:{name}")
            item.obj = with_fixed_examples(item.obj, item._fixtureinfo.argnames, number)

    def draw_inputs(self) -> None:
        """Draw the inputs of all checks, so that no student's clock runs meanwhile.

        A check whose inputs cannot be drawn says why when it is run.
        """
        for item in self._items.values():
            with contextlib.suppress(UsageError):
                getattr(item.obj, "draw", lambda: None)()

    def budget(self, check: str, default: float) -> float:
        """Return the seconds that a check may take."""
        marker = self._items[check].get_closest_marker("budget")
        return (
            float(marker.kwargs.get("seconds", marker.args[0] if marker.args else default))
            if marker
            else default
        )

    def run(self, check: str, student: Student) -> tuple[str, BaseException | None]:
        """Run one check.

        Returns:
            Where it ended ("passed", "setup", "call" or "teardown") and with which exception.
        """
        item = self._items[check]
        self._plugin.student, self._plugin.ended = student, []
        with kept() as figures:
            reports = runtestprotocol(item, log=False, nextitem=None)
        self.figures = tuple(figures)
        if self._plugin.ended:
            return self._plugin.ended[0]
        whole = [report.when for report in reports] == ["setup", "call", "teardown"]
        if not whole or not all(report.passed for report in reports):
            return "setup", RuntimeError("pytest did not report what a passed check reports")
        return "passed", None


def collect_manifest(assignment: Assignment) -> tuple[CheckSpec, ...]:
    """Return the manifest of an assignment; needs no seed."""
    return Checks(assignment.check_files, b"").manifest


class _Plugin:
    """The fixtures of checks, and a note of how the last one ended."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self.public: set[str] = set()
        self.student: Student | None = None
        self.ended: list[tuple[str, BaseException]] = []

    @pytest.fixture(name="student")
    def student_fixture(self) -> Any:
        """The student's namespace."""
        return self.student

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers, the same for every student of a class; of a public check the same everywhere."""
        return np.random.default_rng(derive(self.seed_of(request.node.name), f"rng:{request.node.name}"))

    def seed_of(self, check: str) -> bytes:
        """Return where the inputs of a check come from."""
        return PUBLIC_SEED if check in self.public else self.seed

    @pytest.hookimpl
    def pytest_configure(self, config: pytest.Config) -> None:
        for line in _MARKERS:
            config.addinivalue_line("markers", line)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> TestReport:
        """Keep the exception itself; pytest's own report would format it at length, hidden inputs and all."""
        if call.excinfo is not None:
            self.ended.append((call.when, call.excinfo.value))
        outcome = "passed" if call.excinfo is None else "failed"
        return TestReport(item.nodeid, item.location, {}, outcome, None, call.when, duration=call.duration)


def _collect(paths: list[Path], plugin: _Plugin) -> list[pytest.Function]:
    """Collect the functions of `paths` with a pytest of its own, which sees no other configuration."""
    if not paths:
        raise UsageError(f"an assignment without checks; expected {PUBLIC_CHECKS} or {HIDDEN_CHECKS}")
    before = set(sys.modules)
    root = paths[0].resolve().parent
    options = [*_OPTIONS, f"--rootdir={root.parent}", f"--confcutdir={root}", *map(str, paths)]
    problems = _Problems()
    config = _prepareconfig(options, plugins=[plugin, problems])
    config._do_configure()
    session = pytest.Session.from_config(config)
    session._fixturemanager = None
    config.hook.pytest_sessionstart(session=session)
    try:
        with _no_bytecode():
            session.perform_collect()
    except pytest.UsageError as error:
        raise UsageError(f"the checks cannot be collected: {error}") from error
    finally:
        # the next assignment has files of the same names
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).resolve() in {path.resolve() for path in paths}:
                del sys.modules[name]
    if problems.found:
        raise UsageError(f"the checks cannot be collected: {problems.found[0]}")
    return list(_functions(session.items))


@contextlib.contextmanager
def _no_bytecode() -> Iterator[None]:
    """Write no compiled checks: they would lie in a student's folder, and stand for a later edit of the
    same length and second."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


class _Problems:
    """Notes what pytest would print about files that it cannot collect."""

    def __init__(self) -> None:
        self.found: list[str] = []

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = [line for line in report.longreprtext.splitlines() if line.strip()]
            self.found.append(f"{report.nodeid}: {lines[-1] if lines else 'unknown error'}")


def _functions(items: list[pytest.Item]) -> Iterator[pytest.Function]:
    for item in items:
        if not isinstance(item, pytest.Function) or item.cls is not None or hasattr(item, "callspec"):
            raise UsageError(f"{item.nodeid}: a check is a plain function, not a class or a parametrised one")
        yield item


def _spec(item: pytest.Function, visibility: str) -> CheckSpec:
    points, question = _argument(item, "points"), _argument(item, "question")
    if type(points) not in (int, float) or not 0 < points < float("inf"):
        raise UsageError(
            f"{item.name}: points are {points!r}; expected a positive number in @pytest.mark.points(…)"
        )
    if type(question) is not str:
        raise UsageError(f'{item.name}: no question; add @pytest.mark.question("…")')
    description = " ".join((inspect.getdoc(item.obj) or "").split("\n\n")[0].split())
    if not description:
        raise UsageError(f"{item.name}: no docstring; its first sentence is what the student reads")
    word = _argument(item, "visibility") or visibility
    if word not in VISIBILITIES:
        raise UsageError(f"{item.name}: visibility is {word!r}; expected one of {VISIBILITIES}")
    return CheckSpec(item.name, question, points, word, description)


def _argument(item: pytest.Function, name: str) -> Any:
    marker = item.get_closest_marker(name)
    return marker.args[0] if marker and marker.args else None

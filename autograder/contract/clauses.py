"""The contract of an assignment: what must hold before students see it.

The clauses that reading decides are in `declarations` and `leaks`; here are those that grading decides. The
name of each finding begins with its clause.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.assignment.answer_files import fill, read_answer_file, weight_files, write_submission
from autograder.assignment.definition import ANSWER_KINDS, Assignment
from autograder.assignment.source import reference_answers, released_notebook
from autograder.contract.declarations import (
    answer_file_findings,
    check_findings,
    declared,
    least_losses,
    pattern_faults,
)
from autograder.contract.finding import Finding, finding
from autograder.contract.leaks import release_findings
from autograder.contract.mutants import Mutant, mutants
from autograder.errors import UsageError
from autograder.judge.collection import collect_manifest
from autograder.referee.referee import Referee
from autograder.result import CheckSpec, Result
from autograder.submission.discovery import Submission

CLAUSES = (
    *("checks", "public checks", "answer files", "release", "reference", "as shipped"),
    *("alternatives", "wrong answers", "coverage", "mutants", "hostile answers"),
)
MUTANTS_PER_QUESTION = 10
SEED = 1
# What students read where the check itself raised an error.
_CHECK_BROKE = "could not make sense"


def contract(assignment: Assignment, referee: Referee | None = None) -> Iterator[Finding]:
    """Yield a finding for everything that the contract asks of an assignment, as soon as it is known.

    Where the checks cannot be collected or the notebook cannot be built, that is the last finding.

    Args:
        assignment: what is tested.
        referee: an open referee of this assignment; without it, one with a fixed seed is opened, so that a
            second run finds the same.
    """
    try:
        manifest = collect_manifest(assignment)
    except UsageError as error:
        yield finding("checks: can be collected", [str(error)])
        return
    yield from check_findings(assignment, manifest)
    try:
        reference = reference_answers(assignment)
        for kind in ANSWER_KINDS:
            yield from answer_file_findings(assignment, kind, manifest, reference)
        yield from release_findings(assignment, manifest)
        released = released_notebook(assignment, manifest)
    except UsageError as error:
        yield finding("release: can be built", [str(error)])
        return
    try:
        weight_files(assignment, {})
    except UsageError as error:
        yield finding("reference: has weights", [str(error)])
        return
    with ExitStack() as stack:
        referee = referee or stack.enter_context(Referee(assignment, seed=SEED))
        yield from _graded_findings(_Bench(assignment, manifest, released, reference, referee))


@dataclass(frozen=True)
class _Bench:
    """What it takes to grade an answer of the author's."""

    assignment: Assignment
    manifest: Sequence[CheckSpec]
    released: NotebookNode
    reference: dict[str, str]
    referee: Referee

    def grade(
        self, notebook: NotebookNode, weights: Mapping[str, Path], question: str | None = None
    ) -> Result:
        """Grade a submission as students hand it in: a folder, with weights beside the notebook."""
        questions = None if question is None else [question]
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            write_submission(root / "contract", self.assignment, notebook, weights)
            return self.referee.grade(Submission("contract", root / "contract", root), questions).result

    def grade_reference(self) -> Result:
        return self.grade(fill(self.released, (), self.reference), weight_files(self.assignment, {}))

    def grade_mutant(self, question: str, source: str) -> Result:
        """Grade the reference with another answer to one question, by the checks of that question."""
        notebook = fill(self.released, (), self.reference | {question: source})
        return self.grade(notebook, weight_files(self.assignment, {}), question)

    def grade_files(self, kind: str) -> Iterator[tuple[str, dict[str, Any], Result]]:
        """Yield name, header and result of each answer file, but for those that cannot be read."""
        for path in self.assignment.answer_files(kind):
            try:
                answer = read_answer_file(path)
                notebook = fill(self.released, answer.cells_with(self.reference), self.reference)
                weights = weight_files(self.assignment, answer.header)
            except UsageError:
                continue
            yield path.name, answer.header, self.grade(notebook, weights)

    def lost(self, result: Result, question: str | None = None) -> list[str]:
        """Return the ids of the checks, of one question or of all, that did not earn all their points."""
        full = {check.id for check in result.checks if check.points == check.max}
        asked = (check for check in self.manifest if question in (None, check.question))
        return [check.id for check in asked if check.id not in full]


def _graded_findings(bench: _Bench) -> Iterator[Finding]:
    yield finding("reference: earns all points", _losses(bench.grade_reference()))
    yield finding("as shipped: earns nothing", _shipped_faults(bench.grade(bench.released, {})))
    for name, _, result in bench.grade_files("alternatives"):
        yield finding(f"alternatives: {name}", _losses(result))
    lost_by_some: set[str] = set()
    for name, header, result in bench.grade_files("wrong"):
        lost = bench.lost(result)
        lost_by_some.update(lost)
        yield finding(f"wrong answers: {name}", _wrong_answer_faults(header, result, lost))
    for check in bench.manifest:
        faults = [] if check.id in lost_by_some else ["no wrong answer loses it; add one that should"]
        yield finding(f"coverage: {check.id}", faults)
    yield from _mutant_findings(bench)
    for name, header, result in bench.grade_files("hostile"):
        yield finding(f"hostile answers: {name}", _hostile_faults(header, result, bench.lost(result)))


def _ungraded(result: Result, expected: str = "graded") -> Iterator[str]:
    if result.status != expected:
        yield f"its status is {result.status}, not {expected}: {result.reason}"


def _losses(result: Result) -> Iterator[str]:
    yield from _ungraded(result)
    for check in result.checks:
        if check.points < check.max:
            earned = f"{check.points:g} of {check.max:g} points"
            yield f"{check.id} gives {earned} ({check.status}): {check.message}"


def _shipped_faults(result: Result) -> Iterator[str]:
    yield from _ungraded(result)
    for check in result.checks:
        if check.points > 0:
            yield f"{check.id} gives {check.points:g} points for an empty answer; make it ask for more"
        elif check.status != "failed" or _CHECK_BROKE in check.message:
            yield f"{check.id} should fail for want of an answer, but is {check.status}: {check.message}"


def _loss_faults(expected: set[str], lost: list[str]) -> Iterator[str]:
    if also := [check for check in lost if check not in expected]:
        yield f"also loses {', '.join(also)}; declare that, or make the answer wrong in one way only"
    if kept := sorted(expected - set(lost)):
        yield f"does not lose {', '.join(kept)}; sharpen the check, or declare less"


def _part_faults(header: dict[str, Any], result: Result) -> Iterator[str]:
    least = least_losses(header)
    for check in result.checks:
        part = 1 - check.points / check.max
        if 0 < part < least.get(check.id, 0) - 1e-9:
            yield f"loses {part:.2g} of the points of {check.id}, but declares {least[check.id]:g} at least"


def _wrong_answer_faults(header: dict[str, Any], result: Result, lost: list[str]) -> Iterator[str]:
    yield from _ungraded(result)
    yield from _loss_faults(declared(header, "loses"), lost)
    yield from _part_faults(header, result)
    messages = {check.id: check.message for check in result.checks}
    says = header.get("says", "")
    if lost and not any(pattern_faults(says)) and not re.search(says, messages.get(lost[0], "")):
        yield f"{lost[0]} says {messages.get(lost[0], '')!r}, which does not match says = {says!r}"


def _hostile_faults(header: dict[str, Any], result: Result, lost: list[str]) -> Iterator[str]:
    yield from _ungraded(result, header.get("status", "graded"))
    if "loses" in header:
        yield from _loss_faults(declared(header, "loses"), lost)
        yield from _part_faults(header, result)
    raised = {flag.kind for flag in result.flags}
    if missing := sorted(declared(header, "flags") - raised):
        others = ", ".join(sorted(raised)) or "none"
        yield f"does not raise the flags {', '.join(missing)}; it raises {others}"


def _mutant_findings(bench: _Bench) -> Iterator[Finding]:
    equivalent = set(bench.assignment.equivalent_mutants)
    unknown = set(equivalent)
    skipped = dict(bench.assignment.unmutated)
    for question, reason in skipped.items():
        faults = [] if question in bench.reference else ["there is no such question; see [mutants] skip"]
        yield finding(f"mutants: none of {question}, since {reason}", faults)
    for question, source in bench.reference.items():
        if question in skipped:
            continue
        try:
            found = mutants(source)
        except SyntaxError as error:
            yield finding(f"mutants: {question}", [f"its reference is no Python: {error}"])
            continue
        unknown -= {mutant.name for mutant in found}
        candidates = [mutant for mutant in found if mutant.name not in equivalent]
        if len(candidates) < MUTANTS_PER_QUESTION:
            fault = f"{len(candidates)} mutants, {MUTANTS_PER_QUESTION} expected; ask for a longer answer"
            yield finding(f"mutants: enough of {question}", [fault])
        for mutant in sorted(candidates, key=_spread)[:MUTANTS_PER_QUESTION]:
            result = bench.grade_mutant(question, mutant.source)
            yield finding(f"mutants: {mutant.name}", _survival(mutant, result, bench.lost(result, question)))
        for mutant in (mutant for mutant in found if mutant.name in equivalent):
            lost = bench.lost(bench.grade_mutant(question, mutant.source), question)
            faults = [f"loses {', '.join(lost)}; take it out of [mutants] equivalent"] if lost else []
            yield finding(f"mutants: equivalent {mutant.name}", faults)
    if unknown:
        yield finding("mutants: equivalent", [f"no mutant has the name {name!r}" for name in sorted(unknown)])


def _survival(mutant: Mutant, result: Result, lost: list[str]) -> Iterator[str]:
    yield from _ungraded(result)
    if not lost:
        yield (
            f"earns all points with `{mutant.change}`; add a check that fails it, or, where none can, list "
            f"{mutant.name!r} in assignment.toml under [mutants] equivalent"
        )


def _spread(mutant: Mutant) -> bytes:
    """Sort key: an order that is the same in every run, and that does not begin with the first lines."""
    return hashlib.sha256(mutant.name.encode()).digest()

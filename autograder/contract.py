"""The contract of an assignment: what must hold before students see it.

The clauses that reading decides are in `authored` and `leaks`; here are those that grading decides. The name
of each finding begins with its clause.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.answers import fill, read_answer_file
from autograder.assignment import Assignment
from autograder.authored import answer_file_findings, check_findings, declared, pattern_faults
from autograder.collect import collect_manifest
from autograder.errors import UsageError
from autograder.finding import Finding, finding
from autograder.leaks import release_findings
from autograder.mutants import Mutant, mutants
from autograder.referee import Referee
from autograder.result import CheckSpec, Result
from autograder.source import reference_answers, released_notebook

__all__ = ["CLAUSES", "Finding", "contract"]

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
    for kind in ("alternatives", "wrong", "hostile"):
        yield from answer_file_findings(assignment, kind, manifest)
    try:
        yield from release_findings(assignment, manifest)
        released, reference = released_notebook(assignment, manifest), reference_answers(assignment)
    except UsageError as error:
        yield finding("release: can be built", [str(error)])
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

    def grade(self, notebook: NotebookNode) -> Result:
        return self.referee.grade_notebook("contract", notebook).result

    def grade_answers(self, answers: dict[str, str]) -> Result:
        """Grade the reference with these answers in place of its own."""
        return self.grade(fill(self.released, (), self.reference | answers))

    def grade_files(self, kind: str) -> Iterator[tuple[str, dict[str, Any], Result]]:
        """Yield name, header and result of each answer file, but for those that `authored` cannot read."""
        for path in self.assignment.answer_files(kind):
            try:
                answer = read_answer_file(path)
                notebook = fill(self.released, answer.cells, self.reference)
            except UsageError:
                continue
            yield path.name, answer.header, self.grade(notebook)

    def lost(self, result: Result) -> list[str]:
        """Return the ids of the checks that did not earn all their points, in the order of the manifest."""
        full = {check.id for check in result.checks if check.points == check.max}
        return [check.id for check in self.manifest if check.id not in full]


def _graded_findings(bench: _Bench) -> Iterator[Finding]:
    yield finding("reference: earns all points", _losses(bench.grade_answers({})))
    yield finding("as shipped: earns nothing", _shipped_faults(bench.grade(bench.released)))
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


def _wrong_answer_faults(header: dict[str, Any], result: Result, lost: list[str]) -> Iterator[str]:
    yield from _ungraded(result)
    yield from _loss_faults(declared(header, "loses"), lost)
    messages = {check.id: check.message for check in result.checks}
    says = header.get("says", "")
    if lost and not any(pattern_faults(says)) and not re.search(says, messages.get(lost[0], "")):
        yield f"{lost[0]} says {messages.get(lost[0], '')!r}, which does not match says = {says!r}"


def _hostile_faults(header: dict[str, Any], result: Result, lost: list[str]) -> Iterator[str]:
    yield from _ungraded(result, header.get("status", "graded"))
    if "loses" in header:
        yield from _loss_faults(declared(header, "loses"), lost)
    raised = {flag.kind for flag in result.flags}
    if missing := sorted(declared(header, "flags") - raised):
        others = ", ".join(sorted(raised)) or "none"
        yield f"does not raise the flags {', '.join(missing)}; it raises {others}"


def _mutant_findings(bench: _Bench) -> Iterator[Finding]:
    equivalent = set(bench.assignment.equivalent_mutants)
    unknown = set(equivalent)
    for question, source in bench.reference.items():
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
            result = bench.grade_answers({question: mutant.source})
            yield finding(f"mutants: {mutant.name}", _survival(mutant, result, bench.lost(result)))
        for mutant in (mutant for mutant in found if mutant.name in equivalent):
            lost = bench.lost(bench.grade_answers({question: mutant.source}))
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

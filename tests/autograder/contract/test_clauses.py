"""The contract: every assignment of the course keeps it, and every clause of it can be broken."""

import re
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from autograder.assignment import load_assignment
from autograder.assignment.skeleton import new_assignment
from autograder.contract import leaks
from autograder.contract.clauses import CLAUSES, contract
from autograder.contract.finding import Finding, finding
from autograder.judge.collection import collect_manifest
from autograder.referee import Referee

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml"))
# Each answer to these takes seconds: all but the reference wait for `make test-slow`.
TRAINED = [name for name in ASSIGNMENTS if load_assignment(ROOT / "assignments" / name).weights]
OPTIONAL = {"hostile answers"}

Edit = Callable[[Path], object]


@cache
def findings_of(folder: Path) -> tuple[Finding, ...]:
    """Return what the contract finds in a folder; grading everything once is enough for all clauses."""
    return tuple(contract(load_assignment(folder)))


def faults(found: tuple[Finding, ...], clause: str) -> list[str]:
    """Return the lines of the findings of a clause that are not ok."""
    return [f"{one.name}: {one.reason}" for one in found if one.name.startswith(f"{clause}: ") and not one.ok]


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("name", sorted({*ASSIGNMENTS} - {*TRAINED}))
def test_assignment_keeps_its_contract(name, clause):
    """No assignment goes to students with a check, an answer or a release that is not as declared."""
    found = findings_of(ROOT / "assignments" / name)
    assert clause in OPTIONAL or any(one.name.startswith(f"{clause}: ") for one in found)
    assert faults(found, clause) == []


@pytest.mark.parametrize("name", TRAINED)
def test_trained_assignment_keeps_its_contract_up_to_alternatives(name):
    """What students get is whole, nothing leaks, the reference earns all points and an empty answer none."""
    found = []
    with closing(contract(load_assignment(ROOT / "assignments" / name))) as all_of_them:
        for one in all_of_them:
            if one.name.startswith("alternatives: "):
                break
            found.append(one)
    assert {one.name.split(": ")[0] for one in found} >= {"checks", "release", "reference", "as shipped"}
    assert [f"{one.name}: {one.reason}" for one in found if not one.ok] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])  # 1 is the one that `autograder test` takes
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_assignment_keeps_its_contract_for_other_inputs(name, seed):
    """What the answers lose does not hang on the numbers that one seed happens to draw."""
    assignment = load_assignment(ROOT / "assignments" / name)
    with Referee(assignment, seed=seed) as referee:
        assert [f"{one.name}: {one.reason}" for one in contract(assignment, referee) if not one.ok] == []


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory):
    """The folder of an assignment as `autograder new` makes it."""
    return new_assignment("sample", tmp_path_factory.mktemp("assignments"))


@pytest.mark.parametrize("clause", CLAUSES)
def test_new_assignment_keeps_the_contract(skeleton, clause):
    """An author starts from something that works, and that shows every part."""
    found = findings_of(skeleton)
    assert any(one.name.startswith(f"{clause}: ") for one in found)
    assert faults(found, clause) == []


def test_names_begin_with_their_clause_and_are_unique(skeleton):
    """A finding can be named, and the list of clauses is complete."""
    names = [one.name for one in findings_of(skeleton)]
    assert {name.split(": ")[0] for name in names} == set(CLAUSES)
    assert len(names) == len(set(names))


def test_referee_of_the_caller_is_used_and_left_open(skeleton):
    """A caller who has a warm process pays for no second one, and may go on with it."""
    assignment = load_assignment(skeleton)
    with Referee(assignment, seed=5) as referee:
        assert all(one.ok for one in contract(assignment, referee))
        assert referee.grade_notebook("anna", referee.released).result.status == "graded"


def test_finding_is_ok_without_faults_and_joins_several():
    """An author reads all faults of one thing on one line."""
    assert finding("a: b") == Finding("a: b", True, "")
    assert finding("a: b", ["one", "two"]) == Finding("a: b", False, "one; two")


def replace(name: str, old: str, new: str) -> Edit:
    """Return an edit that replaces a text that stands once in a file."""

    def edit(folder: Path) -> None:
        text = (folder / name).read_text()
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new))

    return edit


def append(name: str, text: str) -> Edit:
    """Return an edit that adds a text to the end of a file, which it makes where there is none."""

    def edit(folder: Path) -> None:
        with (folder / name).open("a") as file:
            file.write(text)

    return edit


def remove(*names: str) -> Edit:
    """Return an edit that removes files."""
    return lambda folder: [(folder / name).unlink() for name in names]


def declare(name: str, header: str) -> Edit:
    """Return an edit that gives an answer file another header, below its docstring."""

    def edit(folder: Path) -> None:
        text = (folder / name).read_text()
        docstring, code = text.split("\n", 1)[0], text[text.index("# %%") :]
        (folder / name).write_text(f"{docstring}\n\n{header}\n\n\n{code}")

    return edit


def check(
    name: str, body: str, docstring: str = "weighted_mean must hold.", arguments: str = "student"
) -> str:
    """Return the source of one more check."""
    return (
        f'\n\n@pytest.mark.points(1)\n@pytest.mark.question("weighted_mean")\n'
        f'def {name}({arguments}):\n    """{docstring}"""\n    {body}\n'
    )


WEIGHTS = "    weights = 1 / errors**2"
CALL = "student.weighted_mean(np.ones(2), np.ones(2))"
PLAIN, MEAN = "wrong/plain_mean.py", "test_mean_of_many_measurements"
SAYS = 'says = "errors make no difference"'
LOSES = 'loses = {"test_two_measurements_by_hand", "test_mean_of_many_measurements"}'


def write_edits(edits: str) -> Edit:
    """Return an edit that adds a wrong answer made of these edits."""
    return append("wrong/x.py", f'"""X."""\n\n{LOSES}\n{SAYS}\nedits = {{{edits}}}\n')


READ = {
    "id twice in one file": (
        append("checks_hidden.py", check(MEAN, CALL)),
        "checks: ids are unique",
        f"{MEAN} stands 2 times",
    ),
    "id twice in two files": (
        append("checks_public.py", check(MEAN, CALL)),
        "checks: can be collected",
        f"two checks have one name: {MEAN}",
    ),
    "no points": (
        append("checks_hidden.py", check("test_x", CALL).replace("points(1)", "points()")),
        "checks: can be collected",
        "test_x: points are None; expected a positive number",
    ),
    "no sentence": (
        append("checks_hidden.py", check("test_x", CALL, "todo")),
        "checks: test_x",
        "its docstring is 'todo'; write one whole sentence",
    ),
    "import": (
        append("checks_public.py", "\nimport json.decoder\n"),
        "public checks: imports of checks_public.py",
        "imports json.decoder; public checks use hand values",
    ),
    "import from": (
        append("checks_public.py", "\nfrom autograder.errors import UsageError\n"),
        "public checks: imports of checks_public.py",
        "imports autograder.errors; ",
    ),
    "few alternatives": (
        remove("alternatives/one_by_one.py"),
        "answer files: enough in alternatives",
        "2 files in alternatives/, at least 3 expected",
    ),
    "few wrong answers": (
        remove(PLAIN, "wrong/rounded.py"),
        "answer files: enough in wrong",
        "9 files in wrong/, at least 10 expected",
    ),
    "no loses": (declare(PLAIN, SAYS), f"answer files: {PLAIN}", "declares no check that it loses"),
    "no says": (declare(PLAIN, LOSES), f"answer files: {PLAIN}", "declares no pattern for the message"),
    "loses list": (
        declare(PLAIN, f'loses = ["{MEAN}"]\n{SAYS}'),
        f"answer files: {PLAIN}",
        r"loses is \['test_.*write a set of strings",
    ),
    "loses number": (
        declare(PLAIN, f"loses = {{1}}\n{SAYS}"),
        f"answer files: {PLAIN}",
        r"loses is \{1\}; write a set of strings",
    ),
    "loses unknown": (
        declare(PLAIN, f'loses = {{"test_gone"}}\n{SAYS}'),
        f"answer files: {PLAIN}",
        "loses test_gone, which is no check; there are test_equal",
    ),
    "says all": (declare(PLAIN, f'{LOSES}\nsays = ".*"'), f"answer files: {PLAIN}", "matches any message"),
    "says nonsense": (
        declare(PLAIN, f'{LOSES}\nsays = "("'),
        f"answer files: {PLAIN}",
        "is no regular expression: missing",
    ),
    "misspelt": (
        declare(PLAIN, f'{LOSES}\n{SAYS}\nflag = "x"'),
        f"answer files: {PLAIN}",
        "declares flag; a file in wrong/ may declare edits, loses, says",
    ),
    "alternative that loses": (
        declare("alternatives/one_by_one.py", LOSES),
        "answer files: alternatives/one_by_one.py",
        "declares loses; a file in alternatives/ may declare edits, weights",
    ),
    "hostile without outcome": (
        declare("hostile/ends_the_process.py", ""),
        "answer files: hostile/ends_the_process.py",
        "declares no outcome",
    ),
    "hostile status": (
        declare("hostile/ends_the_process.py", 'status = "dead"'),
        "answer files: hostile/ends_the_process.py",
        "status is 'dead'; expected one of graded, rejected",
    ),
    "unknown question": (
        append(PLAIN, '\n\n# %% question="median"\nmedian = 1\n'),
        f"answer files: {PLAIN}",
        "answers median; the notebook asks weighted_mean",
    ),
    "no question": (
        replace(PLAIN, ' question="weighted_mean"', ""),
        f"answer files: {PLAIN}",
        "answers no question",
    ),
    "stale edit": (
        write_edits('"weighted_mean": [("errors**3", "errors")]'),
        "answer files: wrong/x.py",
        r"x\.py: edits of 'weighted_mean': edit 1 replaces 'errors\*\*3', found 0 times",
    ),
    "ambiguous edit": (
        write_edits('"weighted_mean": [("weights.sum()", "1")]'),
        "answer files: wrong/x.py",
        "found 2 times in the reference's answer, expected once; add what stands beside it",
    ),
    "malformed edit": (
        write_edits('"weighted_mean": ("errors**2", "errors")'),
        "answer files: wrong/x.py",
        "edits of 'weighted_mean' are .*; write edits = ",
    ),
    "edits of an unknown question": (
        write_edits('"median": [("a", "b")]'),
        "answer files: wrong/x.py",
        "edits of 'median'; the notebook asks weighted_mean",
    ),
    "edits and a cell": (
        declare(PLAIN, f'{LOSES}\n{SAYS}\nedits = {{"weighted_mean": [("errors**2", "errors")]}}'),
        f"answer files: {PLAIN}",
        "weighted_mean has edits and a cell; take one of them out",
    ),
    "hostile edits without outcome": (
        append("hostile/x.py", '"""X."""\n\nedits = {"weighted_mean": [("errors**2", "exit()")]}\n'),
        "answer files: hostile/x.py",
        "declares no outcome",
    ),
    "no answer file": (
        append("wrong/empty.py", "loses = 1"),
        "answer files: wrong/empty.py",
        "no cell; begin each answer with",
    ),
    "file missing": (
        replace("assignment.toml", "files = []", 'files = ["data.csv"]'),
        "release: can be built",
        r"data\.csv",
    ),
    "solution in a comment": (
        append("checks_public.py", "\n# mean = (weights  * values).sum() / weights.sum()\n"),
        "release: no solution in checks_public.py",
        r"holds the solution's 'mean = \(weights \* values",
    ),
    "solution in the text": (
        replace("notebook.py", "# Try it here.", "# Hint: `(weights * values).sum() / weights.sum()`, then\n"
                "# `return mean, 1 / weights.sum() ** 0.5`"),
        "release: no solution in sample.ipynb",
        "holds the solution's 'return mean, 1",
    ),
    "hidden name": (
        append("checks_public.py", f"\n# easier than {MEAN}\n"),
        "release: no hidden check in checks_public.py",
        f"names the hidden check {MEAN}",
    ),
    "hidden body": (
        append(
            "notes.txt",
            "values, errors = measurements(rng, 4)\nstudent.weighted_mean(values, errors)\n"
            'if student.changed:\n  fail("the call changed its arguments in place; work on a copy")\n',
        ),
        "release: no hidden check in notes.txt",
        "holds what the hidden check test_measurements_are_not_changed does",
    ),
}  # fmt: skip

GRADED = {
    "reference": (
        replace("notebook.py", "weights = 1 / errors**2", "weights = 1 / errors"),
        "reference: earns all points",
        r"test_two_measurements_by_hand gives 0 of 2 points \(failed\): the mean is 12, expected 11.2",
    ),
    "infrastructure": (
        append("checks_hidden.py", check("test_x", CALL, arguments="student, nothing")),
        "reference: earns all points",
        "its status is infrastructure_error, not graded: ",
    ),
    "points for nothing": (
        append("checks_hidden.py", check("test_x", "assert True")),
        "as shipped: earns nothing",
        "test_x gives 1 points for an empty answer",
    ),
    "broken check": (
        append("checks_hidden.py", check("test_x", f"np.ones(2) @ np.ones(3); {CALL}")),
        "as shipped: earns nothing",
        "test_x should fail for want of an answer, but is failed: This check could not make sense",
    ),
    "skipped check": (
        append("checks_hidden.py", check("test_x", f"pytest.skip(); {CALL}")),
        "as shipped: earns nothing",
        "test_x should fail for want of an answer, but is not_run",
    ),
    "wrong alternative": (
        replace("alternatives/one_by_one.py", "return mean, variance**0.5", "return mean, variance"),
        "alternatives: one_by_one.py",
        "test_two_measurements_by_hand gives 0 of 2 points .* take the square root",
    ),
    "loses more": (
        declare(PLAIN, f'loses = {{"test_two_measurements_by_hand"}}\n{SAYS}'),
        "wrong answers: plain_mean.py",
        f"^also loses {MEAN}; declare that",
    ),
    "loses less": (
        declare(PLAIN, LOSES.replace("}", ', "test_measurements_are_not_changed"}') + f"\n{SAYS}"),
        "wrong answers: plain_mean.py",
        "^does not lose test_measurements_are_not_changed; sharpen the check",
    ),
    "says otherwise": (
        declare(PLAIN, f'{LOSES}\nsays = "floor"'),
        "wrong answers: plain_mean.py",
        "says 'the mean is 13, .* which does not match says = 'floor'",
    ),
    "never lost": (
        append("checks_hidden.py", check("test_x", CALL)),
        "coverage: test_x",
        "no wrong answer loses it; add one",
    ),
    "surviving mutant": (
        replace("notebook.py", WEIGHTS, f"{WEIGHTS}\n    1 + 2 * 3 - 4 // 5"),
        "mutants: weighted_mean:11: 4 → 5",
        r"earns all points with `1 \+ 2 \* 3 - 5 // 5`; add a check .* list 'weighted_mean:11: 4 → 5'",
    ),
    "few mutants": (
        replace("assignment.toml", "equivalent = [] ", 'equivalent = ["weighted_mean:10: 1 → 2", '
                '"weighted_mean:10: 1 → 0", "weighted_mean:12: 1 → 0"]'),
        "mutants: enough of weighted_mean",
        "^9 mutants, 10 expected",
    ),
    "equivalent mutant that is none": (
        replace("assignment.toml", "equivalent = [] ", 'equivalent = ["weighted_mean:10: 1 → 2"]'),
        "mutants: equivalent weighted_mean:10: 1 → 2",
        "loses test_two_measurements_by_hand, .* take it out of",
    ),
    "unknown mutant": (
        replace("assignment.toml", "equivalent = [] ", 'equivalent = ["weighted_mean:99: 1 → 2"]'),
        "mutants: equivalent",
        "no mutant has the name 'weighted_mean:99: 1 → 2'",
    ),
    "magic in the reference": (
        replace("notebook.py", WEIGHTS, f"    %precision 3\n{WEIGHTS}"),
        "mutants: weighted_mean",
        "its reference is no Python: invalid syntax",
    ),
    "hostile loses": (
        declare("hostile/ends_the_process.py", LOSES),
        "hostile answers: ends_the_process.py",
        "also loses test_equal_errors_give_the_plain_mean",
    ),
    "hostile flags": (
        declare("hostile/ends_the_process.py", 'flags = {"explodes"}'),
        "hostile answers: ends_the_process.py",
        "does not raise the flags explodes; it raises ",
    ),
    "hostile status": (
        declare("hostile/ends_the_process.py", 'status = "rejected"'),
        "hostile answers: ends_the_process.py",
        "its status is graded, not rejected",
    ),
}  # fmt: skip


def reason_of(folder: Path, name: str) -> str:
    """Return the reason of the finding of this name; grading ends there."""
    with closing(contract(load_assignment(folder))) as found:
        return next((one.reason for one in found if one.name == name), "no such finding")


@pytest.mark.parametrize("case", [*READ, *(f"graded: {case}" for case in GRADED)])
def test_broken_assignment_is_found_out(tmp_path, case):
    """Each clause can fail, with a reason that says what to change."""
    edit, name, reason = GRADED[case.removeprefix("graded: ")] if case.startswith("graded: ") else READ[case]
    folder = new_assignment("sample", tmp_path)
    edit(folder)
    if (folder / "notes.txt").exists():
        replace("assignment.toml", "files = []", 'files = ["notes.txt"]')(folder)
    assert re.search(reason, reason_of(folder, name)), reason_of(folder, name)


@pytest.mark.parametrize("kind", ["alternatives", "wrong", "hostile"])
def test_edits_answer_a_question_in_files_of_every_kind(tmp_path, kind):
    """An answer that says only where it differs from the reference is graded as one written out is."""
    folder = new_assignment("sample", tmp_path)
    declared = {
        "alternatives": "",
        "wrong": f"{LOSES}\n{SAYS}\n",
        "hostile": f"{LOSES}\n",
    }[kind]
    mean = "(values * weights).sum() / weights.sum()" if kind == "alternatives" else "values.mean()"
    edits = f'{{"weighted_mean": [("(weights * values).sum() / weights.sum()", "{mean}")]}}'
    append(f"{kind}/x.py", f'"""X."""\n\n{declared}edits = {edits}\n')(folder)
    clause = {"alternatives": "alternatives", "wrong": "wrong answers", "hostile": "hostile answers"}[kind]
    found = findings_of(folder)
    assert {f"answer files: {kind}/x.py", f"{clause}: x.py"} <= {one.name for one in found}
    assert [one for one in found if not one.ok] == []


def test_public_checks_may_import_what_answers_may(tmp_path):
    """Data generators of the course, and figures, are where students work, too."""
    folder = new_assignment("sample", tmp_path)
    imports = "import json.decoder\nfrom json import decoder\nfrom autograder.checks import show_curve\n"
    append("checks_public.py", f"\n{imports}")(folder)
    text = (folder / "assignment.toml").read_text()
    (folder / "assignment.toml").write_text(
        f'allow = ["json.decoder"]\n{text.replace("allow =", "# allow =")}'
    )
    assert reason_of(folder, "public checks: imports of checks_public.py") == ""


def test_release_that_ships_too_much_or_too_little_is_found_out(skeleton, monkeypatch):
    """The allow-list is compared with what was written, not with what the release says that it writes."""
    assignment = load_assignment(skeleton)

    def write_another_file(assignment, manifest, folder):
        folder.mkdir()
        (folder / "checks_public.py").touch()
        (folder / "checks_hidden.py").touch()

    monkeypatch.setattr(leaks, "write_release", write_another_file)
    found = next(leaks.release_findings(assignment, collect_manifest(assignment)))
    assert found.reason == (
        "ships checks_hidden.py, which assignment.toml does not list under files; does not ship sample.ipynb"
    )

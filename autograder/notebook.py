"""What a student uses while working: `check("conv2d")`, `save_weights(model, "classify")` and `load_weights`
in a notebook, and `autograder check` for a whole one.

Only the standard library is imported at the top: the released notebook imports this module in the sandbox
too, where loading the machinery of checks would cost every submission a second.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import tensorflow_symbols

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.result import CheckResult, Result
    from autograder.submission import Rebuilt

CHECKS = "checks_public.py"
NOTE = "These are the public checks. Grading adds hidden ones, with inputs of their own."
NOTHING = "Nothing was checked."
# Of a file of weights, where the assignment says nothing else; `autograder.assignment.Budget` has the same.
MOST_MB = 4
# `check` reads larger files too: how large they may be is in no file that the student has.
READ_MB = 32

# A notebook imports this module first, or at least before it trains: then a crash can still be kept away.
tensorflow_symbols.keep_local()


@dataclass(frozen=True, repr=False)
class Report:
    """What the public checks say; a notebook shows it as HTML, a console as text.

    Attributes:
        result: the outcomes; None where nothing could be checked.
        problem: why nothing could be checked, else empty.
    """

    result: Result | None
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.result is not None and all(check.status == "passed" for check in self.result.checks)

    def _repr_html_(self) -> str:
        from autograder.feedback import feedback_fragment, notice_fragment

        if self.result is None:
            return notice_fragment(NOTHING, self.problem)
        return feedback_fragment(self.result, note=NOTE)

    def __repr__(self) -> str:
        if self.result is None:
            return f"{NOTHING} {self.problem}"
        return "\n".join([*(line for check in self.result.checks for line in _lines(check)), NOTE])


def check(question: str | None = None) -> Report:
    """Run the public checks of a question, or all of them, on what the notebook has defined so far.

    The checks are read from `checks_public.py` in the current folder, the notebook's own. A check that
    does not pass, a missing file or an unknown question is told in the report, never raised.

    Args:
        question: id of a question, such as "conv2d"; None for all.
    Raises:
        KeyboardInterrupt: you pressed stop, since a function did not come to an end.
    """
    namespace = _namespace(sys._getframe(1).f_globals)
    path = Path.cwd() / CHECKS
    if not path.is_file():
        return Report(
            None, f"There is no {CHECKS} in {path.parent}; put it beside your notebook and open that again."
        )
    from autograder.errors import UsageError
    from autograder.live import public_checks, run_checks

    try:
        checks = public_checks(path)
    except UsageError as error:
        return Report(None, f"{CHECKS} cannot be used: {error}. Was it changed? Fetch a fresh copy.")
    known = list(dict.fromkeys(spec.question for spec in checks.manifest))
    if question is not None and question not in known:
        return Report(
            None, f"There is no public check of {question!r}; there are some of: {', '.join(known)}."
        )
    from autograder.errors import InfrastructureError
    from autograder.weights import read_weights

    try:
        weights = read_weights(Path.cwd(), Path.cwd(), known, READ_MB)
    except InfrastructureError as error:
        return Report(None, f"The weights cannot be read: {error}.")
    return Report(_result("", run_checks(checks, namespace, question, weights)))


def save_weights(model: Any, question: str, *, most_mb: float = MOST_MB) -> Path:
    """Write the weights of a trained model to where grading looks for them, beside the notebook.

    That is `weights/<question>.safetensors` for a PyTorch model, `weights/<question>.weights.h5` for a Keras
    one; the weights in the other form, from an earlier try, are removed. Hand in the whole folder.

    Args:
        model: a torch.nn.Module or keras.Model.
        question: id of the question, such as "classify".
        most_mb: size in MiB up to which the file is graded; a larger one is written, with a warning.
    Returns:
        where it was written.
    Raises:
        TypeError: `model` is no model of these libraries.
        ValueError: `question` is no id.
        OSError: it cannot be written.
    """
    from autograder.weightfiles import FOLDER, SUFFIXES, file_name, write_weights

    framework = _framework(model, question)
    path = Path.cwd() / file_name(question, framework)
    path.parent.mkdir(exist_ok=True)
    write_weights(model, path)
    for other in set(SUFFIXES) - {framework}:
        (Path.cwd() / file_name(question, other)).unlink(missing_ok=True)
    size = path.stat().st_size / (1 << 20)
    print(f"{FOLDER}/{path.name}: {size:.2f} MiB")
    if size > most_mb:
        print(f"This is more than the {most_mb:g} MiB that are graded: make the model smaller.")
    return path


def load_weights(model: Any, question: str) -> Any:
    """Put the weights that `save_weights` wrote back into a new model, for instance after a restart.

    Args:
        model: as your function builds it, of the library that the weights were saved from; changed.
        question: id of the question, such as "classify".
    Returns:
        the model.
    Raises:
        TypeError: `model` is no model of these libraries.
        ValueError: `question` is no id, or the weights belong to another architecture; the model may be
            changed in part.
        FileNotFoundError: no such weights were saved.
        OSError: they cannot be read.
    """
    from autograder import weightfiles

    name = weightfiles.file_name(question, _framework(model, question))
    path = Path.cwd() / name
    if not path.is_file():
        raise FileNotFoundError(f'there is no {name}; train, then save_weights(model, "{question}")')
    try:
        weightfiles.load_weights(model, path.read_bytes(), name)
    except weightfiles.WeightsProblem as problem:
        raise ValueError(str(problem)) from None
    return model


def _framework(model: Any, question: str) -> str:
    """Return the library of a model; the errors are those of `save_weights`."""
    from autograder.weightfiles import framework_of

    if not re.fullmatch(r"[A-Za-z][\w-]*", question):
        raise ValueError(f'question is {question!r}; expected its id, such as "classify"')
    framework = framework_of(model)
    if framework is None:
        raise TypeError(f"a value of type {type(model).__name__}; expected a PyTorch or a Keras model")
    return framework


def check_notebook(assignment: Assignment, notebook: Path) -> Result:
    """Run a notebook of one's own from the top, and the public checks on what it defines.

    It is put back into the shape of the release first, as in grading. It runs in its own folder, in this
    process, without a sandbox.

    Returns:
        the result, public checks only; status "rejected" where the file is no notebook of this assignment.
    """
    from autograder.collect import Checks
    from autograder.errors import Rejected
    from autograder.live import run_checks
    from autograder.release import released_notebook
    from autograder.submission import SubmittedNotebook, rebuild
    from autograder.verdict import explained
    from autograder.weights import read_weights

    checks = Checks(assignment.check_files, b"")
    most = sum(spec.points for spec in checks.manifest if spec.visibility == "public")
    try:
        submitted = SubmittedNotebook.from_bytes(notebook.read_bytes(), notebook.name)
        rebuilt = rebuild(released_notebook(assignment, checks.manifest), submitted)
    except Rejected as error:
        return replace(_result(assignment.id, ()), status="rejected", max_score=most, reason=str(error))
    folder = notebook.resolve().parent
    weights = read_weights(folder, folder, assignment.weights, assignment.budget.weights_mb)
    with _inside(folder):
        namespace, faults = _play(rebuilt, assignment.allow)
        outcomes = run_checks(checks, namespace, weights=weights)
    checked = _result(assignment.id, [explained(check, faults) for check in outcomes])
    return replace(checked, flags=(*rebuilt.flags, *weights.flags))


def _namespace(calling: Mapping[str, Any]) -> Mapping[str, Any]:
    """The names of the notebook; where there is no IPython, those of the caller."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return calling if shell is None else shell.user_ns


def _result(assignment: str, checks: Any) -> Result:
    from autograder.result import Result

    return Result(assignment, "", "graded", sum(check.max for check in checks), tuple(checks))


def _play(rebuilt: Rebuilt, allowed: tuple[str, ...]) -> tuple[Mapping[str, Any], dict[str, str]]:
    """Run all cells; return what they define, and what went wrong in the cell of each question."""
    from autograder.hints import fault
    from autograder.shell import new_shell, run_cell

    shell, faults = new_shell(), {}
    for index, cell in enumerate(rebuilt.cells):
        _, ended, _ = run_cell(shell, cell.source)
        text = fault(ended, [later.source for later in rebuilt.cells[index + 1 :]], allowed)
        if cell.question is not None and text:
            faults[cell.question] = text
    type(shell).clear_instance()  # a later `check` in this process looks at its caller, not at this shell
    return shell.user_ns, faults


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in a folder, and let nothing be printed from there."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        os.chdir(before)


def _lines(outcome: CheckResult) -> Iterator[str]:
    from autograder.feedback import STATUSES
    from autograder.pages import inert
    from autograder.pictures import picture_text

    _, _, word, otherwise = STATUSES[outcome.status]
    yield f"[{word}] {outcome.question}: {outcome.description}"
    message = inert(outcome.message).strip() or otherwise
    drawing = picture_text(outcome.picture) if outcome.picture else ""
    for line in f"{message}\n{drawing}".splitlines():
        if line:
            yield f"    {line}"

"""Files of weights handed in beside a notebook: found, measured and read as bytes, never parsed here.

The referee takes their bytes into the journal's key and hands them to the player; what is in them is looked
at there (`player.weight_files`).
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import InfrastructureError, Rejected
from autograder.result import Flag
from autograder.submission.archives import ARCHIVES_AT_MOST, Node
from autograder.submission.names import is_dropping, is_notebook
from autograder.submission.untrusted_files import list_beneath, look, printable, read_beneath
from autograder.wire.weight_names import FOLDER, SUFFIXES, TITLES, file_name

_NAMES_AT_MOST = 5
_COPY = re.compile(r"\s*\(\d{1,3}\)")
_MODELS = re.compile(
    r"\.(?:safetensors|h5|hdf5|pt|pth|pkl|pickle|npz|npy|ckpt|keras|onnx)(?:\s*\(\d{1,3}\))?\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Weights:
    """What was handed in of the weights that an assignment asks for.

    Attributes:
        questions: those that have weights.
        files: (question, framework) → the bytes of the file.
        problems: question → why there is no file to load, for the student.
        flags: for the instructor.
    """

    questions: tuple[str, ...] = ()
    files: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    @property
    def digest(self) -> str:
        """Hash of all that can make a difference to the grade."""
        digest = hashlib.sha256()
        for (question, framework), data in sorted(self.files.items()):
            digest.update(f"{question}\0{framework}\0".encode() + hashlib.sha256(data).digest())
        for question, problem in sorted(self.problems.items()):
            digest.update(f"{question}\0{problem}\0".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def read_weights(
    root: Path,
    folder: Path | None,
    questions: Iterable[str],
    limit_mb: int,
    *,
    home: Path | None = None,
    beside: Iterable[tuple[str, Path]] = (),
) -> Weights:
    """Read the weights of some questions from a folder that a stranger filled.

    What does not lie in `weights/` under its name is taken from where it lies, if only one file can be meant:
    another spelling of either, beside the notebook, deeper, in a zip. The instructor is told.

    Args:
        root: no link below it is followed.
        folder: where the notebook lies, `root` or below it; None where a notebook alone was handed in.
        questions: those that have weights.
        limit_mb: the largest file that is read.
        home: all that was handed in, `folder` or above it.
        beside: other files of the student, where no folder keeps them together: (name, path).
    Raises:
        InfrastructureError: the system refuses to read for a reason that is not the submission's.
    """
    questions = tuple(questions)
    beside = tuple(beside)
    if folder is None and not beside:
        alone = "A notebook alone was handed in; hand in its whole folder, with {} in it."
        return Weights(questions, problems={q: alone.format(_wanted(q)) for q in questions})
    names: tuple[str, ...] = ()
    try:
        if folder is not None and FOLDER in list_beneath(root, folder):
            names = list_beneath(root, folder / FOLDER)
    except Rejected as error:
        return Weights(questions, problems=dict.fromkeys(questions, f"Your weights are not read: {error}."))
    files, problems, flags = {}, {}, []
    elsewhere: list[tuple[str, Path]] | None = None
    for question in questions:
        found: dict[str, list[tuple[str, Path]]] = {
            form: [(file_name(question, form), folder / file_name(question, form))]
            for form, suffix in SUFFIXES.items()
            if folder is not None and question + suffix in names
        }
        if not found:
            if elsewhere is None:
                elsewhere = [*_elsewhere(root, home or folder, folder), *beside]
            found = {
                form: same
                for form, suffix in SUFFIXES.items()
                if (same := [entry for entry in elsewhere if _is_spelled(entry[0], question + suffix)])
            }
        for form, same in found.items():
            listed = _listed([name for name, _ in same])
            if len(same) > 1:
                problems[question] = f"There are several files of weights ({listed}): hand in one."
                continue
            try:
                files[question, form] = read_beneath(
                    root, same[0][1], limit_mb << 20, advice="save a smaller model"
                )
            except Rejected as error:
                problems[question] = f"Your weights are not read: {error}."
            if same[0][0] != (expected := file_name(question, form)):
                text = f"The weights were found as {listed}; {expected} was expected."
                flags.append(Flag("weights_elsewhere", text, question))
        if len(found) > 1:
            both = " and ".join(printable(same[0][0]) for same in found.values())
            text = f"There are {both}; the one that fits the library of the model is loaded."
            flags.append(Flag("two_weights", text, question))
        if not found:
            problems[question] = _missing(question, names, [name for name, _ in elsewhere or ()])
    return Weights(questions, files, problems, tuple(flags))


def _elsewhere(root: Path, home: Path | None, folder: Path | None) -> Iterator[tuple[str, Path]]:
    """Files of models in `home` or deeper, zips included, but not in another notebook's folder."""
    if home is None:
        return
    try:
        waiting: list[tuple[str, Node, int]] = [("", look(root, home), 0)]
    except Rejected:
        return
    while waiting:
        before, node, archives = waiting.pop(0)
        for name, child in sorted(node.inner.items()):
            path = home / (where := before + name)
            if is_dropping(name):
                continue
            if _MODELS.search(name):
                yield where, path
            elif child.kind == "archive" and archives < ARCHIVES_AT_MOST - 1:
                with contextlib.suppress(Rejected, InfrastructureError):  # it holds nothing that can be read
                    waiting.append((f"{where}/", look(root, path), archives + 1))
            elif path == folder or not any(map(is_notebook, child.inner)):
                waiting.append((f"{where}/", child, archives))


def _is_spelled(path: str, expected: str) -> bool:
    """Whether the file at a path is named as expected, but for case, signs and a browser's copy mark."""
    return _plain(path.rpartition("/")[2]) == _plain(expected)


def _plain(name: str) -> str:
    """A name in lower case, without a copy mark, with `_` for `-` and space.

    >>> _plain("My-Net (1).Weights.h5")
    'my_net.weights.h5'
    """
    return re.sub(r"[\s-]", "_", _COPY.sub("", name).casefold())


def _missing(question: str, names: tuple[str, ...], elsewhere: list[str]) -> str:
    shown = [f"{FOLDER}/{name}" for name in names if not name.startswith(".")]
    shown += [name for name in elsewhere if name not in shown]
    wrong = [name for name in shown if name.rpartition("/")[2].startswith(question + ".")]
    if wrong:
        forms = " and ".join(f"{suffix} ({TITLES[form]})" for form, suffix in SUFFIXES.items())
        return (
            f"{_listed(wrong)} cannot be read: only {forms} are, since other forms can hold code. "
            f'Write the weights with save_weights(model, "{question}")'
        )
    inside = [name.removeprefix(f"{FOLDER}/") for name in shown if name.startswith(f"{FOLDER}/")]
    outside = [name for name in shown if not name.startswith(f"{FOLDER}/")]
    there = f"; in {FOLDER}/ there is {_listed(inside)}" if inside else ""
    there += f"; elsewhere there is {_listed(outside)}" if outside else ""
    return f'There is no {_wanted(question)}: train, then save_weights(model, "{question}"){there}'


def _listed(names: list[str]) -> str:
    return ", ".join(map(printable, names[:_NAMES_AT_MOST]))


def _wanted(question: str) -> str:
    return " or ".join(f"{file_name(question, form)} ({TITLES[form]})" for form in SUFFIXES)

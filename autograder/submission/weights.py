"""Files of weights handed in beside a notebook: found, measured and read as bytes, never parsed here.

The referee takes their bytes into the journal's key and hands them to the player; what is in them is looked
at there (`player.weight_files`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import Rejected
from autograder.result import Flag
from autograder.submission.untrusted_files import list_beneath, printable, read_beneath
from autograder.wire.weight_names import FOLDER, SUFFIXES, TITLES, file_name

_NAMES_AT_MOST = 5


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


def read_weights(root: Path, folder: Path | None, questions: Iterable[str], limit_mb: int) -> Weights:
    """Read the weights of some questions from a folder that a stranger filled.

    Args:
        root: no link below it is followed.
        folder: of the submission, `root` or below it; None where a notebook alone was handed in.
        questions: those that have weights.
        limit_mb: the largest file that is read.
    Raises:
        InfrastructureError: the system refuses to read for a reason that is not the submission's.
    """
    questions = tuple(questions)
    if folder is None:
        alone = "A notebook alone was handed in; hand in its whole folder, with {} in it."
        return Weights(questions, problems={q: alone.format(_wanted(q)) for q in questions})
    try:
        names = list_beneath(root, folder / FOLDER) if FOLDER in list_beneath(root, folder) else ()
    except Rejected as error:
        return Weights(questions, problems=dict.fromkeys(questions, f"Your weights are not read: {error}."))
    files, problems, flags = {}, {}, []
    for question in questions:
        found = [form for form in SUFFIXES if question + SUFFIXES[form] in names]
        for form in found:
            try:
                files[question, form] = read_beneath(
                    root, folder / file_name(question, form), limit_mb << 20, advice="save a smaller model"
                )
            except Rejected as error:
                problems[question] = f"Your weights are not read: {error}."
        if len(found) > 1:
            names_ = " and ".join(file_name(question, form) for form in found)
            text = f"There are {names_}; the one that fits the library of the model is loaded."
            flags.append(Flag("two_weights", text, question))
        if not found:
            problems[question] = _missing(question, names)
    return Weights(questions, files, problems, tuple(flags))


def _missing(question: str, names: tuple[str, ...]) -> str:
    wrong = [printable(name) for name in names if name.startswith(question + ".")]
    if wrong:
        forms = " and ".join(f"{suffix} ({TITLES[form]})" for form, suffix in SUFFIXES.items())
        listed = ", ".join(f"{FOLDER}/{name}" for name in wrong[:_NAMES_AT_MOST])
        return (
            f"{listed} cannot be read: only {forms} are, since other forms can hold code. "
            f'Write the weights with save_weights(model, "{question}")'
        )
    others = [printable(name) for name in names if not name.startswith(".")]
    beside = f"; in {FOLDER}/ there is {', '.join(others[:_NAMES_AT_MOST])}" if others else ""
    return f'There is no {_wanted(question)}: train, then save_weights(model, "{question}"){beside}'


def _wanted(question: str) -> str:
    return " or ".join(f"{file_name(question, form)} ({TITLES[form]})" for form in SUFFIXES)

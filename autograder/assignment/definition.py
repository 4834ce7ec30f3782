"""An assignment as a folder: what `assignment.toml` says, and where its parts lie."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from autograder.assignment.budget import WEIGHTS_MB_AT_MOST, Budget
from autograder.errors import UsageError
from autograder.text import WEB_ADDRESS

SETTINGS = "assignment.toml"
NOTEBOOK_SOURCE = "notebook.py"
PUBLIC_CHECKS, HIDDEN_CHECKS = "checks_public.py", "checks_hidden.py"
# What a release says of the book, beside the notebook: made of `sections` and `book`.
SECTIONS_FILE = "sections.json"
ANSWER_KINDS = ("alternatives", "wrong", "hostile")
SECTION_PATTERN = re.compile(r"[a-z][a-z0-9_]*#\S.*")
ID_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class Assignment:
    """One assignment.

    Attributes:
        folder: where it lies.
        id, title: folder name; heading for people.
        preload: modules that the warm process imports before any submission.
        allow: modules of the course that answers may import; others do not exist in the sandbox.
        files: names of files in `folder` shipped beside the notebook (checks_public.py is always shipped).
        weights: ids of questions with trained weights, handed in as `weights/<question>.safetensors` for
            PyTorch or `.weights.h5` for Keras.
        budget: time, memory and output of one submission.
        equivalent_mutants: mutants of the reference that behave as the reference does, as the contract test
            names them.
        unmutated: (question, reason) of the questions of which no mutants are made.
        sections: (question, "page#Heading"): what the book says of each.
        book: address of the folder of the book's pages; empty where it is not published.
    """

    folder: Path
    id: str
    title: str
    preload: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    equivalent_mutants: tuple[str, ...] = ()
    unmutated: tuple[tuple[str, str], ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    book: str = ""

    @property
    def notebook_source(self) -> Path:
        """The one source of the notebook: jupytext py:percent, with solutions."""
        return self.folder / NOTEBOOK_SOURCE

    @property
    def check_files(self) -> tuple[tuple[Path, str], ...]:
        """Files of checks, each with the visibility of what it holds; public ones first.

        An instructor's own hidden checks are in `$AUTOGRADER_PRIVATE_CHECKS/<id>/checks_*.py`, outside the
        repository.
        """
        both = ((self.folder / PUBLIC_CHECKS, "public"), (self.folder / HIDDEN_CHECKS, "hidden"))
        files = [(path, visibility) for path, visibility in both if path.is_file()]
        if private := os.environ.get("AUTOGRADER_PRIVATE_CHECKS"):
            files += [(path, "hidden") for path in sorted((Path(private) / self.id).glob("checks_*.py"))]
        return tuple(files)

    def answer_files(self, kind: str) -> tuple[Path, ...]:
        """Files of one of `ANSWER_KINDS`, sorted by name."""
        return tuple(sorted((self.folder / kind).glob("*.py")))


def load_assignment(name: str | Path, root: str | Path = "assignments") -> Assignment:
    """Load an assignment by path, or by its name in the folder `root`.

    Raises:
        UsageError: there is no such folder, or its `assignment.toml` is missing, unreadable or has unknown
            keys.
    """
    folder = Path(name)
    if not (folder / SETTINGS).is_file():
        folder = Path(root) / name
    path = folder / SETTINGS
    if not path.is_file():
        here = sorted(p.parent.name for p in Path(root).glob(f"*/{SETTINGS}"))
        known = f"there are: {', '.join(here)}" if here else f"there are none under {root}/"
        raise UsageError(f"no assignment {str(name)!r}: expected a folder with an assignment.toml; {known}")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path}: {error}") from error
    return _from_table(folder.resolve(), path, table)


def _from_table(folder: Path, path: Path, table: dict) -> Assignment:
    known = {"title", "preload", "allow", "files", "weights", "budget", "mutants", "sections", "book"}
    unknown = sorted(set(table) - known)
    budget = table.get("budget", {})
    unknown += sorted(f"budget.{key}" for key in set(budget) - {f.name for f in fields(Budget)})
    unknown += sorted(f"mutants.{key}" for key in set(table.get("mutants", {})) - {"equivalent", "skip"})
    if unknown:
        raise UsageError(f"{path}: unknown keys {', '.join(unknown)}; expected {', '.join(sorted(known))}")
    if "title" not in table:
        raise UsageError(f'{path}: no title; add one, such as title = "Convolution arithmetic"')
    if not ID_PATTERN.fullmatch(folder.name):
        raise UsageError(f"assignment folder {folder.name!r}: expected lower-case letters, digits and _ only")
    lists = {key: tuple(table.get(key, ())) for key in ("preload", "allow", "files", "weights")}
    if wrong := [name for name in lists["weights"] if not re.fullmatch(r"[A-Za-z][\w-]*", str(name))]:
        raise UsageError(f"{path}: weights has {wrong[0]!r}; expected ids of questions")
    if not 0 < (most := budget.get("weights_mb", Budget.weights_mb)) <= WEIGHTS_MB_AT_MOST:
        raise UsageError(f"{path}: budget.weights_mb is {most}; expected at most {WEIGHTS_MB_AT_MOST}")
    mutants, sections, book = table.get("mutants", {}), table.get("sections", {}), table.get("book", "")
    if not isinstance(sections, dict):
        raise UsageError(f"{path}: sections is a {type(sections).__name__}; expected a table of questions")
    if wrong := [place for place in sections.values() if not SECTION_PATTERN.fullmatch(str(place))]:
        raise UsageError(
            f'{path}: sections has {wrong[0]!r}; expected "page#Heading", as they stand in the book'
        )
    if book and not WEB_ADDRESS.fullmatch(str(book)):
        raise UsageError(f"{path}: book is {book!r}; expected an address such as https://x.org/book")
    return Assignment(
        folder,
        folder.name,
        table["title"],
        budget=Budget(**budget),
        equivalent_mutants=tuple(mutants.get("equivalent", ())),
        unmutated=tuple(mutants.get("skip", {}).items()),
        sections=tuple(sections.items()),
        book=book,
        **lists,
    )

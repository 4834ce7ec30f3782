"""Under which conditions a grade came about, as hashes: what has the same ones has the same grade."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any

from autograder import PACKAGE, __version__
from autograder.assignment.definition import NOTEBOOK_SOURCE, SETTINGS, Assignment
from autograder.sandbox import rungs


def environment(assignment: Assignment, rung: int, seed_name: str) -> dict[str, Any]:
    """Return what a grade of this assignment depends on, beside the submission.

    `checks` covers the whole assignment, `reference` the packages that its checks import, `packages` every
    installed version (what a lock file pins), `grader` this package.
    """
    return {
        "seed": seed_name,
        "checks": _hash_files(_assignment_files(assignment)),
        "reference": _hash_files(_reference_files(assignment)),
        "grader": code_hash(PACKAGE),
        "packages": _installed(),
        "autograder": __version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rung": rung,
        "sandbox": rungs.NAMES[rung],
    }


def key(environment_: dict[str, Any], submission: str) -> str:
    """Return the name under which the journal knows the grade of a submission (its hash) in an
    environment."""
    text = json.dumps({**environment_, "submission": submission}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def code_hash(package: Path) -> str:
    """Return a hash of all Python files of a package, and of where each lies in it."""
    return _hash_files(_code_of(package))


def _code_of(package: Path) -> dict[str, Path]:
    return {path.relative_to(package.parent).as_posix(): path for path in package.rglob("*.py")}


def _hash_files(files: dict[str, Path]) -> str:
    """Hash files and the names that they go by: the same on every machine, and two of one name apart."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _assignment_files(assignment: Assignment) -> dict[str, Path]:
    names = (SETTINGS, NOTEBOOK_SOURCE, *assignment.files)
    files = {name: assignment.folder / name for name in names}
    # private checks lie elsewhere, in files of the same names
    files |= {f"{number}/{path.name}": path for number, (path, _) in enumerate(assignment.check_files)}
    return {name: path for name, path in files.items() if path.is_file()}


def _reference_files(assignment: Assignment) -> dict[str, Path]:
    """Return the source files of the packages that the checks import and that no list of installed versions
    covers."""
    names: set[str] = set()
    for path, _ in assignment.check_files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    files: dict[str, Path] = {}
    for name in (
        names - set(sys.stdlib_module_names) - {"autograder", "numpy", "pytest", "hypothesis", "scipy"}
    ):
        spec = importlib.util.find_spec(name)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            files |= _code_of(Path(folder))
    return files


@cache
def _installed() -> str:
    versions = sorted(f"{d.metadata['Name']}=={d.version}" for d in importlib.metadata.distributions())
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]

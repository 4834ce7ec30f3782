"""The claims of the book: every number and formula that comes from a lecture deck, read from book/claims.

Three users: the Sphinx extension prints them, the page "Errata of the decks" lists what was corrected, and a
test computes each one again.
"""

import ast
import inspect
import pkgutil
import re
import textwrap
import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import kernelwise.data
from book.machinery import formula as formula_language
from book.machinery.contents import page_names

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT / "book" / "claims"
STATUSES = ("confirmed", "corrected", "not_checkable")
CORRECTION = ("title", "deck_says", "counter_example", "fix")
ROUNDING = 1e-12  # of floating-point numbers, where a formula is compared with an answer
USES = re.compile(r"\{claim\}`([^`\n]+)`|^ *[`:]{3,}\{claim-math\} +(\S+)", re.MULTILINE)


class ClaimError(ValueError):
    """A claim is not as the head of decks.toml describes; the message names it and the cure."""


def topics() -> dict[str, Any]:
    """Return every module of kernelwise that is a topic by itself, and those of its data, by their names."""
    found = {}
    for package in (kernelwise, kernelwise.data):
        for info in pkgutil.iter_modules(package.__path__):
            if not info.ispkg:
                found[info.name] = import_module(f"{package.__name__}.{info.name}")
    return found


def worked_examples() -> dict[str, Any]:
    """Return what the files <chapter>.py beside the claims define: functions, and in capitals data of decks.

    Raises:
        ClaimError: two of them define different things of one name.
    """
    found: dict[str, Any] = {}
    for path in sorted(CLAIMS.glob("*.py")):
        for name, thing in vars(import_module(f"book.claims.{path.stem}")).items():
            is_ours = inspect.isfunction(thing) and thing.__module__.startswith("book.")
            if (is_ours or name.isupper()) and found.setdefault(name, thing) is not thing:
                raise ClaimError(f"{name} is defined in {path.name} and in another file: rename one")
    return found


EXAMPLES = worked_examples()
SCOPE = {"np": np, **topics(), **EXAMPLES}


@dataclass(frozen=True)
class Claim:
    """One claim; the head of decks.toml says what each field means."""

    id: str
    deck: str
    quote: str
    status: str
    value: Any = None
    formula: str | None = None
    unit: str | None = None
    tolerance: float | None = None
    code: str | None = None
    oracle: str | None = None
    reference: str | None = None
    title: str | None = None
    deck_says: Any = None
    counter_example: str | None = None
    fix: str | None = None
    see: str | None = None


@dataclass(frozen=True)
class Registry:
    """The decks and the claims, each by its id, in the order of the chapters."""

    decks: dict[str, dict[str, str]]
    claims: dict[str, Claim]


def load() -> Registry:
    """Read and check the registry.

    Raises:
        ClaimError: an entry misses a field, has a wrong one, or one too many; or a file is of no chapter.
    """
    return parse(text())


def text() -> str:
    """Return the files of the registry as one."""
    return "\n".join(path.read_text(encoding="utf-8") for path in files())


def files() -> list[Path]:
    """Return the files of the registry: that of the decks, then those of the chapters, in their order.

    Raises:
        ClaimError: a file is of no chapter in the table of contents.
    """
    names = ["decks", *(name.rpartition("/")[2] for name in page_names(ROOT))]
    paths = [CLAIMS / f"{name}.toml" for name in names]
    if strays := sorted(set(CLAIMS.glob("*.toml")) - set(paths)):
        raise ClaimError(f"{strays[0]} is of no chapter: name it as a page in _toc.yml")
    return [path for path in paths if path.exists()]


def parse(text: str) -> Registry:
    """Read the registry from its text; raises as `load`."""
    tables = tomllib.loads(text)
    known = {field.name for field in fields(Claim)} - {"id"}
    claims = {}
    for name, entry in tables["claim"].items():
        if unknown := entry.keys() - known:
            raise ClaimError(
                f"claim {name}: unknown field {', '.join(sorted(unknown))}: see the head of the file"
            )
        if missing := {"deck", "quote", "status"} - entry.keys():
            raise ClaimError(f"claim {name}: add {', '.join(sorted(missing))}")
        claims[name] = Claim(name, **entry)
    registry = Registry(tables["deck"], claims)
    for claim in claims.values():
        if fault := _fault(claim, registry):
            raise ClaimError(f"claim {claim.id}: {fault}")
    return registry


def _fault(claim: Claim, registry: Registry) -> str | None:
    """Say what is wrong with the form of an entry."""
    explained = [getattr(claim, name) is not None for name in CORRECTION]
    main = registry.claims.get(claim.see) if claim.see else None
    if claim.deck not in registry.decks:
        return f"deck {claim.deck!r} is not among the decks {', '.join(registry.decks)}"
    if claim.status not in STATUSES:
        return f"status {claim.status!r} is none of {', '.join(STATUSES)}"
    if (claim.value is None) == (claim.formula is None):
        return "give either a value or a formula"
    if (claim.code is None) == (claim.reference is None):
        return "give either code, or a reference where no code can tell"
    if claim.see and not (main and main.title and main.deck == claim.deck):
        return f"see = {claim.see!r} is no correction of the same deck"
    if claim.status == "corrected" and not claim.see and not all(explained):
        return f"a corrected claim has {', '.join(CORRECTION)}, or else see"
    if any(explained) and (claim.status != "corrected" or claim.see):
        return f"only a corrected claim without see has {', '.join(CORRECTION)}"
    return None


def disagreement(claim: Claim) -> str | None:
    """Compute a claim again.

    Returns:
        None if code, oracle or reference gives the value; else a sentence that says what was given.
    """
    if claim.reference is not None:
        contained = re.search(rf"\b{re.escape(str(claim.value))}\b", claim.reference)
        return None if contained else f"{claim.value!r} does not occur in the reference"
    for code in filter(None, (claim.code, claim.oracle)):
        answer = eval(code, dict(SCOPE))
        if claim.formula is not None:
            for letters, right in answer:
                given = formula_language.evaluate(claim.formula, letters)
                if not _equal(given, right, ROUNDING):
                    return (
                        f"for {_plain(letters)} the right answer is {_plain(right)}, and not {_plain(given)}"
                    )
        elif not _equal(claim.value, answer, _tolerance(claim)):
            return f"{code} gives {_plain(answer)}, and not {claim.value!r}"
    return None


def deck_version(claim: Claim) -> Claim:
    """The claim with what the deck has in place of the value."""
    wanted = "value" if claim.formula is None else "formula"
    return Claim(**{**vars(claim), wanted: claim.deck_says})


def _tolerance(claim: Claim) -> float:
    """How far the value may be off: half a unit of the last digit that it prints, if nothing else is said."""
    if claim.tolerance is not None:
        return claim.tolerance
    printed = [str(number) for number in np.ravel(claim.value).tolist() if isinstance(number, float)]
    return min((10.0 ** Decimal(number).as_tuple().exponent / 2 for number in printed), default=0)


def _equal(given: Any, right: Any, tolerance: float) -> bool:
    """Compare numbers, rows or matrices."""
    if isinstance(given, str) or np.shape(given) != np.shape(right):
        return False
    return bool((abs(np.asarray(given) - np.asarray(right)) <= tolerance).all())


def _plain(value: Any) -> str:
    """Print letters or results as Python that a person would type."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_plain(one)}" for name, one in value.items() if np.ndim(one) < 2)
    if isinstance(value, float | np.floating | complex | np.ndarray) and np.ndim(value) == 0:
        return f"{value:.12g}"
    return str(np.asarray(value).tolist())


def markup(claim: Claim) -> str:
    """What a page prints in a sentence: text, in which $…$ is a formula."""
    value = claim.value
    if claim.formula is not None or isinstance(value, list):
        return f"${latex(claim)}$"
    text = value if isinstance(value, str) else f"{value:,}".replace("-", "−")
    return f"{text}\N{NO-BREAK SPACE}{claim.unit}" if claim.unit else text


def latex(claim: Claim) -> str:
    """What a page prints on a line of its own: a formula, a row or a matrix."""
    if claim.formula is not None:
        return formula_language.latex(claim.formula)
    if not isinstance(claim.value, list):
        raise ClaimError(f"claim {claim.id} is no formula, row or matrix: print it in a sentence")
    if not isinstance(claim.value[0], list):
        return f"({', '.join(map(str, claim.value))})"
    rows = r" \\ ".join(" & ".join(map(str, row)) for row in claim.value)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def shown_code(claim: Claim) -> str:
    """The code behind a claim, as a reader sees it: the functions that it calls, the calls, the results."""
    calls = [code for code in (claim.code, claim.oracle) if code]
    names = [node.id for code in calls for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    functions = [EXAMPLES.get(name) for name in dict.fromkeys(names)]
    shown = [inspect.getsource(function).strip() for function in functions if inspect.isfunction(function)]
    if claim.formula is None:
        shown += [f"{code}\n# {_plain(eval(code, dict(SCOPE)))}" for code in calls]
    else:
        said = f"With the formula of the deck: {disagreement(deck_version(claim))}."
        shown.append(textwrap.fill(said, 80, initial_indent="# ", subsequent_indent="# "))
    return "\n\n".join(shown)


def pages_printing(pages: dict[str, str]) -> dict[str, list[str]]:
    """Say which claims are printed where.

    Args:
        pages: the text of each page, by its name.
    Returns:
        The names of the pages that print a claim, by the id of the claim.
    """
    printed: dict[str, list[str]] = {}
    for name, text in pages.items():
        for claim in sorted({in_sentence or on_line for in_sentence, on_line in USES.findall(text)}):
            printed.setdefault(claim, []).append(name)
    return printed

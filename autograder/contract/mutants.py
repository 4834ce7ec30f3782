"""Mechanical mutants: small faults put into a solution, each of which its checks should find.

Every mutant sets one field of one node of the syntax tree to another value, and is written out again. Left
alone is what no check should look at: docstrings, annotations, decorators, f-strings and the texts of errors.
"""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_CHANGES = (
    *("+ → -", "- → +", "* → /", "/ → *", "// → /", "% → //", "** → *", "@ → *", "& → |", "| → &"),
    *("< → <=", "<= → <", "> → >=", ">= → >", "== → !=", "!= → ==", "and → or", "or → and"),
    *("is → is not", "is not → is", "in → not in", "not in → in"),
)
_OTHER = dict(change.split(" → ") for change in _CHANGES)


def _operator(symbol: str) -> Any:
    node: Any = ast.parse(f"a {symbol} b", mode="eval").body
    return node.ops[0] if isinstance(node, ast.Compare) else node.op


_SYMBOL = {type(_operator(symbol)): symbol for symbol in _OTHER}
# For these the order of arguments does not matter: swapping them makes no fault.
_COMMUTATIVE = {"max", "min", "maximum", "minimum", "add", "multiply", "gcd"}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NEVER_REMOVED = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, *_DEFINITIONS)
_NEVER_ENTERED = (ast.Raise, ast.JoinedStr)
_FIELDS_NEVER_ENTERED = ("annotation", "returns", "decorator_list")


@dataclass(frozen=True)
class Mutant:
    """One fault in one solution.

    Attributes:
        name: such as "conv2d:12: + → -": function, line in the given source, what was done. Unique in its
            source: the second alike on one line ends in " (2)". Assignments list equivalent mutants by it.
        source: the whole source with the fault in it, as `ast.unparse` writes it (so without comments).
        change: the first line of the statement with the fault in it, or "(removed) " and what it was.
    """

    name: str
    source: str
    change: str


@dataclass(frozen=True)
class _Edit:
    """A field of a node of the tree to be set to another value, and how to call that."""

    node: ast.AST
    field: str
    value: Any
    position: tuple[int, int]
    label: str


@dataclass(frozen=True)
class _Place:
    """Where in the source an edit is: the innermost function or class, its dotted name, and the statement."""

    function: ast.AST
    name: str
    statement: ast.AST


def mutants(source: str) -> list[Mutant]:
    """Return every mechanical mutant of `source`, in the order of the text.

    Two equal mutants, a mutant equal to the source, and one that does not compile are left out.

    Raises:
        SyntaxError: the source is no Python.
    Example:
        >>> [mutant.name for mutant in mutants("def half(n):\\n    return n // 2")]
        ['half:2: // → /', 'half:2: // → ceil', 'half:2: 2 → 1', 'half:2: 2 → 3']
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    names: Counter[str] = Counter()
    found = []
    edits = list(_walk(tree, _Place(tree, "cell", tree)))
    edits.sort(key=lambda placed: (placed[1].position, placed[1].label))
    for place, edit in edits:
        mutated, change = _apply(tree, place, edit)
        if mutated in seen or not _compiles(mutated):
            continue
        seen.add(mutated)
        name = f"{place.name}:{edit.position[0]}: {edit.label}"
        names[name] += 1
        found.append(Mutant(name if names[name] == 1 else f"{name} ({names[name]})", mutated, change))
    return found


def _apply(tree: ast.AST, place: _Place, edit: _Edit) -> tuple[str, str]:
    """Write the tree with the edit in it, and what changed; the tree itself stays as it was."""
    original = getattr(edit.node, edit.field)
    before = _first_line(place.statement)
    setattr(edit.node, edit.field, edit.value)
    try:
        removed = edit.label == "removed statement"
        return ast.unparse(tree), f"(removed) {before}" if removed else _first_line(place.statement)
    finally:
        setattr(edit.node, edit.field, original)


def _compiles(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as `3 is x`: odd code is what mutants are for
        try:
            compile(source, "mutant", "exec")
        except (SyntaxError, ValueError):
            return False
    return True


def _walk(node: ast.AST, place: _Place) -> Iterator[tuple[_Place, _Edit]]:
    """Yield the edits at and below `node`, each with its place."""
    if isinstance(node, ast.stmt):
        place = _Place(place.function, place.name, node)
    if isinstance(node, _DEFINITIONS):
        place = _Place(node, node.name if place.name == "cell" else f"{place.name}.{node.name}", node)
    for edit in _edits(node):
        yield place, edit
    for statement, edit in _removals(node, place.function):
        yield _Place(place.function, place.name, statement), edit
    for field, value in ast.iter_fields(node):
        if field in _FIELDS_NEVER_ENTERED:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, _NEVER_ENTERED):
                yield from _walk(child, place)


def _edits(node: ast.AST) -> Iterator[_Edit]:
    """Yield the edits of one node, removed statements excepted."""
    match node:
        case ast.BinOp():
            yield from _other_operator(node, _end(node.left))
            if isinstance(node.op, ast.FloorDiv):
                nearly_one_more = _shift(ast.BinOp(node.left, ast.Add(), node.right), -1)
                yield _Edit(node, "left", nearly_one_more, _end(node.left), "// → ceil")
        case ast.AugAssign():
            yield from _other_operator(node, _end(node.target))
        case ast.BoolOp():
            yield from _other_operator(node, _end(node.values[0]))
        case ast.Compare():
            for i, operator in enumerate(node.ops):
                symbol = _SYMBOL[type(operator)]
                changed = [*node.ops[:i], _operator(_OTHER[symbol]), *node.ops[i + 1 :]]
                position = _end([node.left, *node.comparators][i])
                yield _Edit(node, "ops", changed, position, f"{symbol} → {_OTHER[symbol]}")
        case ast.UnaryOp(op=ast.USub()):
            yield _Edit(node, "op", ast.UAdd(), _start(node), "removed -")
        case ast.UnaryOp(op=ast.Not()):
            yield _Edit(node, "operand", ast.UnaryOp(ast.Not(), node.operand), _start(node), "removed not")
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            for changed_number in (number - 1, number + 1):
                yield _Edit(node, "value", changed_number, _start(node), f"{number} → {changed_number}")
        case ast.Slice():
            yield from _slice_bounds(node)
        case ast.Call():
            yield from _arguments(node)


def _other_operator(node: ast.BinOp | ast.AugAssign | ast.BoolOp, at: tuple[int, int]) -> Iterator[_Edit]:
    symbol = _SYMBOL.get(type(node.op))
    if symbol:
        yield _Edit(node, "op", _operator(_OTHER[symbol]), at, f"{symbol} → {_OTHER[symbol]}")


def _slice_bounds(node: ast.Slice) -> Iterator[_Edit]:
    if node.lower is not None:
        yield _Edit(node, "lower", _shift(node.lower, +1), _start(node.lower), "slice start + 1")
    if node.upper is not None:
        yield _Edit(node, "upper", _shift(node.upper, -1), _start(node.upper), "slice end - 1")


def _arguments(node: ast.Call) -> Iterator[_Edit]:
    for i, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            fewer = node.keywords[:i] + node.keywords[i + 1 :]
            yield _Edit(node, "keywords", fewer, _start(keyword), f"dropped {keyword.arg}=")
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    args = node.args
    if name == "range" and args and not any(isinstance(arg, ast.Starred) for arg in args):
        yield from _range_bounds(node)
    if name in _COMMUTATIVE:
        return
    for i in range(len(args) - 1):
        swapped = [*args[:i], args[i + 1], args[i], *args[i + 2 :]]
        yield _Edit(node, "args", swapped, _start(args[i]), f"swapped arguments {i + 1} and {i + 2}")


def _range_bounds(node: ast.Call) -> Iterator[_Edit]:
    args = node.args
    end = 0 if len(args) == 1 else 1
    start = [ast.Constant(1)] if len(args) == 1 else [_shift(args[0], +1)]
    yield _Edit(node, "args", start + args[end:], _start(node), "range start + 1")
    for step in (-1, +1):
        moved = [*args[:end], _shift(args[end], step), *args[end + 1 :]]
        yield _Edit(node, "args", moved, _start(node), f"range end {'-' if step < 0 else '+'} 1")


def _removals(node: ast.AST, function: ast.AST) -> Iterator[tuple[ast.stmt, _Edit]]:
    """Yield an edit for each statement of `node`'s blocks whose loss is a fault of its own."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if not isinstance(block, list):
            continue
        for i, statement in enumerate(block):
            alone = isinstance(node, ast.If) and not node.orelse and len(block) == 1
            last_return = isinstance(statement, ast.Return) and node is function and i == len(block) - 1
            if not (alone or last_return) and _removable(statement, function):
                rest = block[:i] + block[i + 1 :] or [ast.Pass()]
                yield statement, _Edit(node, field, rest, _start(statement), "removed statement")


def _removable(statement: ast.stmt, function: ast.AST) -> bool:
    """Tell whether removing the statement is a fault to look for, rather than nothing or a sure NameError."""
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return not isinstance(statement, _NEVER_REMOVED)
    before = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    before |= {name.id for name in _stored(function) if name.lineno < statement.lineno}
    return {name.id for name in _stored(statement)} <= before


def _stored(node: ast.AST) -> list[ast.Name]:
    return [name for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0]


def _shift(bound: ast.expr, step: int) -> ast.expr:
    """Return `bound ± 1`, worked out where it is a plain number, so that equal mutants look equal."""
    if isinstance(bound, ast.Constant) and isinstance(bound.value, int):
        return ast.Constant(bound.value + step)
    return ast.BinOp(bound, ast.Add() if step > 0 else ast.Sub(), ast.Constant(1))


def _start(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: Any) -> tuple[int, int]:
    return node.end_lineno, node.end_col_offset

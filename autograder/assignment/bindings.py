"""The names that a cell binds, read from its text: nothing of it runs."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.assignment.solutions import defined_names

# The tree of a program takes a hundred times its text, and the text is a stranger's.
PARSED_AT_MOST = 100_000

_CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*")
# Cell magics whose body is Python that runs in the notebook's own names.
_PYTHON_MAGICS = ("time", "capture", "prun")
_MAGIC_VALUE = re.compile(r"^([\w, \t]+=)[ \t]*[!%].*$", re.MULTILINE)
_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!?][^\n]*|[\w.]+\?+[ \t]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Bindings:
    """What a cell binds.

    Attributes:
        names: of the notebook, in whatever form: also below `if`, `with` or `try`, by an import or a walrus.
        inside: name → the function or class in whose body alone it is bound.
        has_star: whether it imports with a star, which may bind anything.
    """

    names: frozenset[str] = frozenset()
    inside: Mapping[str, str] = field(default_factory=dict)
    has_star: bool = False


def bindings(source: str) -> Bindings:
    """Return what a cell binds. Of one that is no Python, or too long to parse, only what begins a line."""
    tree = parsed(source)
    if tree is None:
        return Bindings(defined_names(source))
    names: set[str] = set()
    inside: dict[str, str] = {}
    has_star = False
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, scope = waiting.pop()
        has_star |= not scope and isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        if isinstance(node, ast.Global) or _is_of_globals(node):
            names.update(_bound_by(node))
        elif scope:
            inside.update(dict.fromkeys(_bound_by(node), scope))
        else:
            names.update(_bound_by(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += [(child, scope) for child in node.decorator_list]
            waiting += [(child, scope or node.name) for child in node.body]
        elif isinstance(node, ast.comprehension):  # its own target is unknown outside
            waiting += [(child, scope) for child in (node.iter, *node.ifs)]
        elif not isinstance(node, ast.Lambda):
            waiting += [(child, scope) for child in ast.iter_child_nodes(node)]
    inside = {name: where for name, where in inside.items() if name not in names}
    return Bindings(frozenset(names), inside, has_star)


def added_imports(source: str, original: str) -> tuple[str, ...]:
    """Return the import statements of a cell, of its top level, that another one does not have."""
    tree, known = parsed(source), _imports(parsed(original))
    return tuple(dict.fromkeys(text for text in _imports(tree) if text not in known))


def parsed(source: str) -> ast.Module | None:
    """Return the tree of a cell, its magics left out; None where it is no Python, or too long."""
    if len(source) > PARSED_AT_MOST or "\0" in source:
        return None
    if magic := _CELL_MAGIC.match(source):
        source = source[magic.end() :] if magic[1] in _PYTHON_MAGICS else ""
    without_magics = _MAGIC_LINE.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1 None", source))
    for text in dict.fromkeys((source, without_magics)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a stranger's "\d", in the instructor's terminal
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _imports(tree: ast.Module | None) -> list[str]:
    if tree is None:
        return []
    return [
        ast.unparse(ast.Import([alias]) if isinstance(node, ast.Import) else _part(node, alias))
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]


def _part(node: ast.ImportFrom, alias: ast.alias) -> ast.ImportFrom:
    return ast.ImportFrom(node.module, [alias], node.level)


def _is_of_globals(node: ast.AST) -> bool:
    """Whether this is the target `globals()["name"]`."""
    match node:
        case ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), slice=ast.Constant(value=str())):
            return isinstance(node.ctx, ast.Store)
    return False


def _bound_by(node: ast.AST) -> list[str]:
    """Return the names that a node itself binds, in the scope that it stands in."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            bound = [alias.asname or alias.name.partition(".")[0] for alias in aliases]
            return [name for name in bound if name != "*"]
        case ast.Global(names=names):
            return list(names)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
        case ast.Subscript() if _is_of_globals(node):
            return [str(node.slice.value)]  # type: ignore[attr-defined]
    return []

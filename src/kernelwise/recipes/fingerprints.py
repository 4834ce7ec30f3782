"""Fingerprints: keys of trainings, made of the code that a training's result depends on.

A training takes minutes, so its result is kept until that code changes: the recipe, and the network with all
that it is made of, in whichever files of kernelwise.models. What changes no number changes no key: comments,
docstrings, import lines, where a helper stands and what it is called.
"""

import ast
import hashlib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import kernelwise
from kernelwise.recipes import running

SOURCE = Path(kernelwise.__file__).parents[1]
FOLLOWED = "kernelwise.models"  # imports from here are followed, in modules here


def fingerprint(name: str, seed: int) -> str:
    """Name a training by what its result depends on: recipe, seed, and the code of recipe and network.

    name, seed ↦ name, seed, SHA-256 of the code, version of torch

    Args:
        name: of the recipe.
        seed: of the training.
    Returns:
        The key under which a training is kept.
    Raises:
        ValueError: there is no such recipe.
    Example:
        >>> fingerprint("shapes/classify", 0) == fingerprint("shapes/classify", 1)
        False
    """
    import torch

    net = running.recipe(name).net
    code = hashlib.sha256(
        "\n".join(
            (
                code_of("kernelwise.recipes.definition"),
                code_of(f"kernelwise.recipes.{name.partition('/')[0]}"),
                code_of("kernelwise.recipes.running", "_fit"),
                code_of("kernelwise.models.torch_nets", net),
            )
        ).encode()
    ).hexdigest()
    return f"{name}, seed {seed}, code {code[:16]}, torch {torch.__version__}"


def code_of(module: str, name: str | None = None, source: Path = SOURCE) -> str:
    """Give the code of a module, or of one of its functions with all that this uses there.

    In kernelwise.models also what it uses of other modules there, and what that uses in turn. Comments,
    docstrings and import lines are left out. What is imported from elsewhere goes by its full name, such as
    torch.nn; what is followed goes by a number, in the order of first use. So a key does not know in which
    file a helper stands, and still tells one helper from another.

    Args:
        module: its dotted name. Its file is read, not imported.
        name: of a function in it, or imported there from kernelwise.models; None: all of the module.
        source: the folder that has the package kernelwise.
    Returns:
        The syntax trees, as text.
    Raises:
        KeyError: the module has no such function.
        ValueError: kernelwise.models imports of itself a whole module, *, by dots, or what its file does not
            define at its top: nothing may drop out of a key in silence.
    Example:
        >>> text = code_of("kernelwise.models.torch_nets", "shape_counter")
        >>> "Scale" in text, "BatchNorm2d" in text, text.count("FunctionDef(name='<")
        (False, True, 7)
    """
    sources = _Sources(source)
    if name is None:
        return _dump(_Renaming(sources[module].imported).visit(sources[module].tree))
    first = sources.place_of(module, name)
    if first is None:
        raise KeyError(f"{module} has no {name}")
    order, numbers, texts = [first], {first: "<0>"}, []
    for place in order:  # which grows: a definition may use further ones
        here = sources[place[0]]
        node, names = deepcopy(here.defined[place[1]]), dict(here.imported)
        for used in (part.id for part in ast.walk(node) if isinstance(part, ast.Name)):
            if target := sources.place_of(place[0], used):
                if target not in numbers:
                    numbers[target] = f"<{len(numbers)}>"
                    order.append(target)
                names[used] = numbers[target]
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.name = numbers[place]
        texts.append(_dump(_Renaming(names).visit(node)))
    return "\n".join(texts)


class _Module:
    """A file of ours, read: its tree without docstrings and imports, what it defines, what it imports."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.imported: dict[str, str] = {}  # a name here: the full name
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    # `import a.b` gives the name a to a, `import a.b as c` the name c to a.b
                    for alias in node.names:
                        self.imported[alias.asname or alias.name] = alias.name
                case ast.ImportFrom():
                    for alias in node.names:
                        origin = f"{'.' * node.level}{node.module or ''}.{alias.name}"
                        self.imported[alias.asname or alias.name] = origin
            for part in ("body", "orelse", "finalbody"):
                if isinstance(lines := getattr(node, part, None), list):
                    setattr(node, part, [line for line in lines if not _is_no_code(line)])
        self.defined = {name: node for node in self.tree.body for name in _names_given(node)}


class _Sources(dict[str, _Module]):
    """The files of a source folder, by the dotted names of their modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, module: str) -> Path:
        """Say where a module lies, if there is one of this name."""
        place = self.folder.joinpath(*module.split("."))
        return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")

    def __missing__(self, module: str) -> _Module:
        found = self[module] = _Module(self.path(module))
        for origin in found.imported.values() if _is_followed(module) else ():
            if origin[0] == "." or (
                _is_followed(origin) and (origin.endswith(".*") or self.path(origin).is_file())
            ):
                raise _not_followed(module, origin)
        return found

    def place_of(self, module: str, name: str) -> tuple[str, str] | None:
        """Say in which module the definition of a name stands, and what it is called there."""
        if name in self[module].defined:
            return module, name
        origin = self[module].imported.get(name, "")
        if not (_is_followed(module) and _is_followed(origin)):
            return None
        found = self.place_of(*origin.rpartition(".")[::2])
        if found is None:
            raise _not_followed(module, origin)
        return found


def _not_followed(module: str, origin: str) -> ValueError:
    return ValueError(
        f"{module} imports {origin}, which a key cannot follow: "
        f"import functions and classes by name, from the module of {FOLLOWED} that defines them"
    )


class _Renaming(ast.NodeTransformer):
    """Other names for some: those of libraries written in full, of our own the last part alone."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Name → name, or name.part.part."""
        full = self.names.get(node.id, node.id)
        first, *parts = [full.rpartition(".")[2]] if full.startswith("kernelwise.") else full.split(".")
        renamed: ast.expr = ast.Name(first, node.ctx)
        for part in parts:
            renamed = ast.Attribute(renamed, part, node.ctx)
        return renamed


def _dump(value: Any) -> str:
    """Write a syntax tree down, without what is empty: alike in all versions of Python, unlike ast.dump."""
    if isinstance(value, ast.AST):
        fields = [f"{name}={_dump(part)}" for name, part in ast.iter_fields(value) if part not in (None, [])]
        return f"{type(value).__name__}({', '.join(fields)})"
    return f"[{', '.join(map(_dump, value))}]" if isinstance(value, list) else repr(value)


def _is_followed(name: str) -> bool:
    return f"{name}.".startswith(f"{FOLLOWED}.")


def _names_given(node: ast.stmt) -> Iterator[str]:
    """Say which names a line at the top of a module gives to something, imports aside."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


def _is_no_code(line: ast.stmt) -> bool:
    """Say whether a line is a docstring, another bare constant, or an import."""
    if isinstance(line, ast.Import | ast.ImportFrom):
        return True
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)

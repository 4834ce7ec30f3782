"""Records: what came out of a training, under a key that says what this depends on."""

import ast
import hashlib
import inspect
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from types import ModuleType
from typing import Any

from kernelwise.recipes import definition, running


def train_and_measure(name: str, seed: int, *, progress: bool = False) -> tuple[Any, dict[str, Any]]:
    """Train the network of a recipe, measure it on fresh examples, and write down all that happened.

    record = {key, recipe, network, parameters, seed, threads, minutes, core_minutes, fresh, history, torch}

    Args:
        name, seed, progress: as in train.
    Returns:
        The network, and a record of plain values: minutes of wall time, core_minutes of processor time of all
        threads together, fresh the figures of evaluate.
    Raises:
        ValueError: there is no such recipe, or seed is wrong.
    Example:
        >>> train_and_measure("shapes", seed=0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: there is no recipe 'shapes'; there are shapes/classify, ...
    """
    import torch

    from kernelwise.models.twins import parameter_count

    key = fingerprint(name, seed)  # of the code that runs now; files may change meanwhile
    wall, processor = time.perf_counter(), time.process_time()
    network, history = running.train(name, seed, progress=progress)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return network, {
        "key": key,
        "recipe": name,
        "network": running.recipe(name).net,
        "parameters": parameter_count(network)[1],
        "seed": seed,
        "threads": torch.get_num_threads(),
        "minutes": wall / 60,
        "core_minutes": processor / 60,
        "fresh": {title: figure._asdict() for title, figure in running.evaluate(name, network).items()},
        "history": asdict(history),
        "torch": torch.__version__,
    }


def fingerprint(name: str, seed: int) -> str:
    """Name a training by what its result depends on: recipe, seed, and the code of recipe and network.

    name, seed ↦ name, seed, SHA-256 of the code without comments and docstrings, version of torch

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

    from kernelwise.models import torch_nets

    recipe = running.recipe(name)
    assignment = sys.modules[f"{__package__}.{name.partition('/')[0]}"]
    parts = (
        code_of(definition),
        code_of(assignment),
        code_of(running, "_fit"),
        code_of(torch_nets, recipe.net),
    )
    code = hashlib.sha256("".join(parts).encode()).hexdigest()
    return f"{name}, seed {seed}, code {code[:16]}, torch {torch.__version__}"


def code_of(module: ModuleType, name: str | None = None) -> str:
    """Give the code of a module, or of one of its functions with all that this uses there.

    Neither comments nor docstrings change the result, nor, with a name, what the function does not use.

    Args:
        module: whose source is at hand.
        name: of a function in it; None: all of it.
    Returns:
        Its syntax tree, as text.
    Raises:
        KeyError: the module has no such function.
    Example:
        >>> from kernelwise.recipes import shapes
        >>> "FunctionDef(name='_count_loss'" in code_of(shapes), "_count_loss" in code_of(shapes, "_box_loss")
        (True, False)
    """
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
    if name is None:
        return ast.dump(tree)
    defined = {given: node for node in tree.body for given in _names_given(node)}
    used, waiting = {name: defined[name]}, [defined[name]]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id in defined and node.id not in used:
                used[node.id] = defined[node.id]
                waiting.append(defined[node.id])
    return "".join(ast.dump(used[key]) for key in sorted(used))


def _names_given(node: ast.stmt) -> Iterator[str]:
    """Say which names a line at the top of a module gives to something, imports aside."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)

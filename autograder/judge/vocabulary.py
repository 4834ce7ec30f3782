"""The words of the author's: what a hidden check may say of its own.

What an author writes stands in a file, and is the same whatever is handed in. What is put into it when the
check runs may come from the answer, and spell a hidden input: a loss of 0.4711, a list of 4711 items.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

NOT_SHOWN = "does not hold; what this check says of your result is not shown here"
LEFT_OUT = "…"

_Template = tuple[str | None, ...]  # texts, and None for each value between them


class Vocabulary:
    """The texts in files of checks.

    Args:
        sources: the files' text, Python.
    """

    def __init__(self, sources: Iterable[str] = ()) -> None:
        self._texts: set[str] = set()
        templates: set[_Template] = set()
        for source in sources:
            tree = ast.parse(source)
            constants = _constants(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self._texts.add(node.value)
                elif isinstance(node, ast.JoinedStr):
                    templates.add(_template(node, constants))
        # The one with the most words of its own says the most.
        ordered = sorted(templates, key=lambda parts: (-_letters(parts), [part or "" for part in parts]))
        self._templates = [parts for parts in ordered if _letters(parts)]

    def spoken(self, message: str) -> str:
        """Return of a message what stands in the files, "…" where something else was put in.

        What was put in stays where it is a text of the files itself. A message of other words is not shown.
        """
        if message in self._texts:
            return message
        for parts in self._templates:
            if (found := _split(message, parts)) is not None:
                return "".join(self._part(text, part) for text, part in zip(found, parts, strict=True))
        return NOT_SHOWN

    def _part(self, text: str, part: str | None) -> str:
        return text if part is not None or text in self._texts else LEFT_OUT


def _constants(tree: ast.Module) -> dict[str, Any]:
    """Return the names that a module sets to plain values at its top, such as thresholds."""
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            try:
                value = ast.literal_eval(node.value)
            except ValueError:
                continue
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = value
            elif isinstance(target, ast.Tuple) and isinstance(value, tuple):
                names = [name.id for name in target.elts if isinstance(name, ast.Name)]
                found |= dict(zip(names, value, strict=False))
    return found


def _template(node: ast.JoinedStr, constants: dict[str, Any]) -> _Template:
    """Return texts and values of an f-string in turn: no two texts, and no two values, follow each other."""
    parts: list[str | None] = []
    for part in node.values:
        text = _text(part, constants)
        if not parts or (parts[-1] is None) != (text is None):
            parts.append(text)
        elif text is not None:
            parts[-1] = f"{parts[-1]}{text}"
    return tuple(parts)


def _text(part: ast.expr, constants: dict[str, Any]) -> str | None:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    name = part.value.id if isinstance(part.value, ast.Name) else None
    plain = part.format_spec is None and part.conversion == -1
    return str(constants[name]) if plain and name in constants else None


def _letters(parts: _Template) -> int:
    return sum(len(part.strip()) for part in parts if part)


def _split(message: str, parts: _Template) -> list[str] | None:
    """Split a message into the parts of a template, each text at its first place; None if it does not fit."""
    found: list[str] = []
    end, last = 0, len(parts) - 1
    for number, part in enumerate(parts):
        if part is None:
            if number == last:
                return [*found, message[end:]]
            continue
        place = message.find(part, end) if number != last else len(message) - len(part)
        if place < end or (number == 0 and place > 0) or not message.startswith(part, place):
            return None
        found += [message[end:place], part] if number else [part]
        end = place + len(part)
    return found

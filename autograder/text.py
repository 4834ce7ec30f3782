"""Text of strangers made harmless, and numbers as people write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

MESSAGE_CHARACTERS = 4000
MESSAGE_LINES = 60
NAME_CHARACTERS = 80

# Bounded repeats: a long text of half-finished sequences must not cost quadratic time.
_ANSI = re.compile(r"\x1b\[[0-?]{0,99}[ -/]{0,9}[@-~]|\x1b\][^\x07\x1b]{0,999}(?:\x07|\x1b\\)|\x1b[@-_]")
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, bidirectional overrides, lone surrogates, non-characters: unseen, or they move their neighbours.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)
_CODE = re.compile(r"`([^`\n]+)`|\((?:\d+, ?)+\d*\)|(?<=shape )\(\)|\b(?:float|u?int|complex)\d+\b")


def inert(text: object, characters: int = MESSAGE_CHARACTERS, lines: int = MESSAGE_LINES) -> str:
    """Return text that shows what it holds: no escape sequences, controls or overrides, and not too long.

    What cannot be seen becomes U+FFFD, so that two different names never look the same by accident.

    >>> inert("\\x1b[31mred\\x1b[0m and \\u202eback")
    'red and �back'
    """
    whole = str(text)
    shown = _ANSI.sub("", whole[: 4 * characters])
    shown = _UNSEEN.sub("\ufffd", _NEWLINES.sub("\n", shown))
    kept = "\n".join(shown.split("\n", lines)[:lines])[:characters]
    shortened = len(whole) > 4 * characters or kept != shown
    return f"{kept}\n… (shortened)" if shortened else kept


def inert_name(text: object) -> str:
    """Return a name on one line of at most 80 characters.

    One that a spreadsheet would run as a formula, if a table were copied there, gets an apostrophe in front.

    >>> inert_name("=cmd()")
    "'=cmd()"
    """
    line = " ".join(inert(str(text)[: 4 * NAME_CHARACTERS]).split())
    short = line if len(line) <= NAME_CHARACTERS else line[: NAME_CHARACTERS - 1] + "…"
    return f"'{short}" if short.startswith(("=", "+", "-", "@")) else short


def points(value: float) -> str:
    """Return points as people write them: at most two decimals, none where none is needed.

    >>> points(2.0), points(1 / 3)
    ('2', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def pieces(message: str) -> list[tuple[bool, str]]:
    """Split a message into (is code, text): shapes, types and what stands between backticks are code.

    >>> pieces("shape (2, 3)")
    [(False, 'shape '), (True, '(2, 3)')]
    """
    found, end = [], 0
    for match in _CODE.finditer(message):
        found += [(False, message[end : match.start()]), (True, match[1] or match[0])]
        end = match.end()
    return [(code, text) for code, text in [*found, (False, message[end:])] if text]


def close_name(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` that is most likely meant by `name`, or "" where none is like it.

    Case and underscores make no difference; other digits make another name.

    >>> close_name("max_pool2d", ["maxpool2d", "conv2d"]), close_name("conv1d", ["conv2d"])
    ('maxpool2d', '')
    """
    digits = (_digits(name), "")
    alike = {_bare(other): other for other in names if _digits(other) in digits and other != name}
    found = difflib.get_close_matches(_bare(name), alike, 1, 0.8)
    return alike[found[0]] if found else ""


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _digits(name: str) -> str:
    return "".join(sign for sign in name if sign.isdigit())

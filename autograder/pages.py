"""What all HTML of ours has in common: templates, inert text, cleaning, the strict frame, atomic writing.

Text of students is made harmless twice, each time enough on its own: Jinja2 escapes it, and nh3 then removes
every tag and attribute that our templates do not use. `inert` cares for what is no HTML: terminal codes,
controls, length.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Callable
from functools import cache
from typing import Any

import jinja2
import nh3
from markupsafe import Markup

from autograder import PACKAGE

TEMPLATES = PACKAGE / "templates"

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
_PNG = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]{1,200000}={0,2}")
_RELATIVE = re.compile(r"#[\w-]*|\./[^\\\s]*")

_TAGS = set(
    re.findall(
        r"\w+",
        "header main nav footer section div p ol ul li span strong code h1 h2 a dl dt dd bdi details summary "
        "table caption thead tbody tr th td br figure figcaption "
        "svg rect line polyline circle image text title",
    )
)
_ATTRIBUTES = {
    "*": {"class", "style", "id", "role", "tabindex", "aria-hidden", "aria-label", "aria-labelledby"},
    "a": {"href"},
    "th": {"scope"},
    "svg": {"viewBox", "preserveAspectRatio", "focusable"},
    "rect": {"x", "y", "width", "height", "rx", "vector-effect"},
    "line": {"x1", "x2", "y1", "y2"},
    "polyline": {"points"},
    "circle": {"cx", "cy", "r"},
    "image": {"href", "width", "height", "preserveAspectRatio"},
    "text": {"x", "y", "text-anchor"},
}


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


def render(template: str, *, inline: bool = False, **values: Any) -> str:
    """Render a template; `inline` writes the looks into the elements, where no style sheet can go along."""
    return _environment(inline).get_template(template).render(**values)


def clean(html: str) -> str:
    """Remove every tag and attribute that our templates do not use. Links are relative, images PNGs."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_address,
        url_schemes={"data"},
        link_rel=None,
        clean_content_tags={"script", "style"},
    )


def page(title: str, body: str) -> str:
    """Return a whole page around `body`, cleaned: no script, no request, no style but our own sheet."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return render("page.html", title=title, css=Markup(css), digest=digest, body=Markup(clean(body)))


def _safe_address(tag: str, attribute: str, value: str) -> str | None:
    """Return what is written, or None where an address leads out of the folder or an image is none."""
    if attribute != "href":
        return value
    return value if (_PNG if tag == "image" else _RELATIVE).fullmatch(value) else None


@cache
def _environment(inline: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inert": inert, "inert_name": inert_name, "points": points, "pieces": pieces}
    environment.globals["look"] = _inline_look() if inline else _class_look
    return environment


def _class_look(names: str) -> Markup:
    return Markup('class="{}"').format(names)


def _inline_look() -> Callable[[str], Markup]:
    styles = tomllib.loads((TEMPLATES / "inline.toml").read_text(encoding="utf-8"))

    def look(names: str) -> Markup:
        style = "; ".join(styles[name] for name in names.split() if name in styles)
        return Markup('style="{}"').format(style) if style else Markup("")

    return look

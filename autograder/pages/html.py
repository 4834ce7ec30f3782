"""What all HTML of ours has in common: templates, cleaning, the strict frame.

Text of students is made harmless twice, each time enough on its own: Jinja2 escapes it, and nh3 then removes
every tag and attribute that our templates do not use. `text.inert` cares for what is no HTML: terminal codes,
controls, length.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Callable, Collection
from functools import cache
from typing import Any

import jinja2
import nh3
from markupsafe import Markup

from autograder import PACKAGE
from autograder.text import inert, inert_name, pieces, points

TEMPLATES = PACKAGE / "pages" / "templates"

_PNG = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]{1,200000}={0,2}")
# Drawings are left alone: their words are the author's, and a <span> would end them.
_TAG_OR_DELIMITER = re.compile(r"(<svg\b.*?</svg>|<[^>]*>)|[$\\]", re.DOTALL)
_RELATIVE = re.compile(r"#[\w-]*|\./[^\\\s]*")

_TAGS = set(
    re.findall(
        r"\w+",
        "header main nav footer section div p ol ul li span strong code pre h1 h2 a dl dt dd bdi details "
        "summary table caption thead tbody tr th td br figure figcaption "
        "svg rect line polyline circle image text title",
    )
)
_ATTRIBUTES = {
    "*": {"class", "style", "id", "role", "tabindex", "aria-hidden", "aria-label", "aria-labelledby"},
    "a": {"href", "rel"},
    "details": {"open"},
    "th": {"scope"},
    "svg": {"viewBox", "preserveAspectRatio", "focusable"},
    "rect": {"x", "y", "width", "height", "rx", "vector-effect"},
    "line": {"x1", "x2", "y1", "y2"},
    "polyline": {"points"},
    "circle": {"cx", "cy", "r"},
    "image": {"href", "width", "height", "preserveAspectRatio"},
    "text": {"x", "y", "text-anchor"},
}


def render(template: str, *, inline: bool = False, **values: Any) -> str:
    """Render a template; `inline` writes the looks into the elements, where no style sheet can go along."""
    return _environment(inline).get_template(template).render(**values)


def clean(html: str, links: Collection[str] = ()) -> str:
    """Remove every tag and attribute that our templates do not use. Links are relative, images PNGs.

    Args:
        links: the addresses outside of the folder that are ours.
    """

    def safe_address(tag: str, attribute: str, value: str) -> str | None:
        """Return what is written, or None where an address leads elsewhere or an image is none."""
        if attribute != "href" or (tag == "a" and value in links):
            return value
        return value if (_PNG if tag == "image" else _RELATIVE).fullmatch(value) else None

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=safe_address,
        url_schemes={"data", "http", "https"},
        link_rel=None,
        clean_content_tags={"script", "style"},
    )


def clean_fragment(html: str, links: Collection[str] = ()) -> str:
    """Clean HTML for somebody else's page, where MathJax looks for formulas: there are none in ours.

    A formula begins with $ or \\ in running text, and it ends at an element; each has one of its own here.
    """
    return _TAG_OR_DELIMITER.sub(lambda found: found[1] or f"<span>{found[0]}</span>", clean(html, links))


def page(title: str, body: str, links: Collection[str] = ()) -> str:
    """Return a whole page around `body`, cleaned: no script, no request, no style but our own sheet.

    Args:
        links: as in `clean`.
    """
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return render("page.html", title=title, css=Markup(css), digest=digest, body=Markup(clean(body, links)))


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

"""Sphinx extension: the interactive figures of `_static/figures`, as directives named like the elements.

    ```{kw-conv1d}
    :input: 0 0 1 2 3
    :kernel: -1 1
    :caption: A ramp becomes a plateau.
    :name: fig-ramp
    What readers see where scripts do not run: required.
    ```

Only pages with a figure load the scripts. They are classic scripts, not modules: browsers load no module from
a folder, and the site must open from disk.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

# In the order in which they need each other; all are small, and a page loads them once.
SCRIPTS = (
    "arithmetic",
    "drawing",
    "figure",
    "convolution",
    "image",
    "conv1d",
    "conv2d",
    "pool",
    "receptive-field",
)
NUMBER = r"-?\d+(\.\d+)?"
ROW = rf"{NUMBER}([ ,]+{NUMBER})*"


def matrix(text: str | None) -> str:
    """Accept rows of numbers, separated by semicolons: `1 0; 0 -1`."""
    text = (text or "").strip()
    rows = [row.strip() for row in text.split(";")]
    if not all(re.fullmatch(ROW, row) for row in rows):
        raise ValueError(
            f"{text!r} is no matrix: write rows of numbers, with semicolons between, as in 1 0; 0 -1"
        )
    if len({len(re.split(r"[ ,]+", row)) for row in rows}) > 1:
        raise ValueError(f"the rows of {text!r} differ in length")
    return text


def padding(text: str | None) -> str:
    """Accept a kind of padding, or a number of pixels."""
    return directives.choice(text, ("valid", "keras", "torch", *map(str, range(5))))


def pooling_padding(text: str | None) -> str:
    return directives.choice(text, ("valid", "same"))


def pooling_kind(text: str | None) -> str:
    return directives.choice(text, ("max", "average"))


SIZE = directives.positive_int
CONVOLUTION = {
    "input": matrix,
    "kernel": matrix,
    "size": SIZE,
    "kernel-size": SIZE,
    "stride": SIZE,
    "dilation": SIZE,
}
ATTRIBUTES = {
    "kw-conv1d": {**CONVOLUTION, "padding": padding},
    "kw-conv2d": {**CONVOLUTION, "padding": padding},
    "kw-pool": {
        "input": matrix,
        "size": SIZE,
        "window": SIZE,
        "stride": SIZE,
        "kind": pooling_kind,
        "padding": pooling_padding,
    },
    "kw-receptive-field": {"layers": matrix, "outputs": SIZE},
}


class InteractiveFigure(nodes.General, nodes.Element):
    """A figure; its children are what readers see where scripts do not run."""


class FigureDirective(SphinxDirective):
    """One of the elements, with its attributes as options, and a caption as in other figures."""

    has_content = True
    element: ClassVar[str]

    def run(self) -> list[nodes.Node]:
        """Return the figure, inside a numbered one if it has a caption."""
        self.assert_has_content()
        given = {name: str(self.options[name]) for name in ATTRIBUTES[self.element] if name in self.options}
        figure = InteractiveFigure(element=self.element, given=given)
        self.state.nested_parse(self.content, self.content_offset, figure)
        if "caption" not in self.options:
            self.add_name(figure)
            return [figure]
        words, messages = self.state.inline_text(self.options["caption"], self.lineno)
        numbered = nodes.figure("", figure, nodes.caption(self.options["caption"], "", *words))
        self.set_source_info(numbered)
        self.add_name(numbered)
        return [numbered, *messages]


def open_element(translator: Any, node: InteractiveFigure) -> None:
    translator.body.append(translator.starttag(node, node["element"], **node["given"]))


def close_element(translator: Any, node: InteractiveFigure) -> None:
    translator.body.append(f"</{node['element']}>\n")


def load_scripts(
    app: Sphinx, _page: str, _template: str, _context: dict, doctree: nodes.document | None
) -> None:
    """Add scripts and style sheet to a page that has a figure."""
    if doctree is None or not any(doctree.findall(InteractiveFigure)):
        return
    app.add_css_file("figures/figures.css")
    for script in SCRIPTS:
        app.add_js_file(f"figures/{script}.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register a directive for each element."""
    app.add_node(InteractiveFigure, html=(open_element, close_element))
    for element, attributes in ATTRIBUTES.items():
        options = {**attributes, "caption": directives.unchanged_required, "name": directives.unchanged}
        members = {"element": element, "option_spec": options, "__doc__": FigureDirective.__doc__}
        app.add_directive(element, type(element, (FigureDirective,), members))
    app.connect("html-page-context", load_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

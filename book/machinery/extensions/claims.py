"""Sphinx extension: print the claims of book/claims, and the page "Errata of the decks".

    {claim}`dense-weights`         in a sentence: a number, words, a row, a matrix, a formula
    ```{claim-math} output-size    on a line of its own, with MathDirective's options, such as :label: eq-size
    ```{errata}                    every correction, deck by deck

An unknown id is a warning, and a warning fails the build.
"""

import difflib
import functools
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from book.machinery import claims

logger = logging.getLogger(__name__)


@functools.cache
def registry() -> claims.Registry:
    """Read the registry, once a build."""
    return claims.load()


def note_files(env: BuildEnvironment) -> None:
    """Have the page that is read now read again where a claim changes."""
    for path in claims.files():
        env.note_dependency(str(path))


def find(name: str, env: BuildEnvironment, location: Any) -> Any:
    """Give the claim of this id; None, after a warning, where there is none."""
    note_files(env)
    known = registry().claims
    if name not in known:
        near = " or ".join(difflib.get_close_matches(name, known)) or "one of those in book/claims"
        logger.warning("unknown claim %r: use %s", name, near, location=location)
    return known.get(name)


class ClaimRole(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        claim = find(self.text, self.env, self.get_location())
        pieces = claims.markup(claim).split("$") if claim else [self.text]
        return [
            nodes.math(piece, piece) if odd % 2 else nodes.Text(piece)
            for odd, piece in enumerate(pieces)
            if piece
        ], []


class ClaimMath(MathDirective):
    has_content = False
    required_arguments, optional_arguments = 1, 0
    final_argument_whitespace = False

    def run(self) -> list[nodes.Node]:
        claim = find(self.arguments[0], self.env, self.get_location())
        if claim is None:
            return []
        try:
            self.arguments = [claims.latex(claim)]
        except ValueError as error:  # a ClaimError: the claim is one number
            raise self.error(str(error)) from error
        return super().run()


class Errata(SphinxDirective):
    """One section a deck, one subsection a correction: counter-example, deck, fix, code."""

    def run(self) -> list[nodes.Node]:
        page = nodes.Element()
        lines = "\n\n".join(self.sections()).splitlines()
        self.state.nested_parse(StringList(lines), self.content_offset, page, match_titles=True)
        return page.children

    def sections(self) -> list[str]:
        decks = registry().decks
        corrected = [claim for claim in registry().claims.values() if claim.title]
        printed = claims.pages_printing(self.pages())
        text = []
        for name, deck in decks.items():
            entries = [self.entry(claim, printed) for claim in corrected if claim.deck == name]
            if entries:
                text += [f"## {deck['author']}: {deck['title']}", f"*{deck['course']}*", *entries]
        return text

    def pages(self) -> dict[str, str]:
        """The text of all other pages."""
        paths = {
            page: Path(self.env.doc2path(page)) for page in sorted(self.env.found_docs - {self.env.docname})
        }
        note_files(self.env)
        for path in paths.values():
            self.env.note_dependency(str(path))
        return {page: path.read_text(encoding="utf-8") for page, path in paths.items()}

    def entry(self, claim: Any, printed: dict[str, list[str]]) -> str:
        shown = (
            f"```python\n{claims.shown_code(claim)}\n```" if claim.code else f"> {claim.reference.strip()}"
        )
        pages = ", ".join(f"{{doc}}`/{page}`" for page in printed.get(claim.id, []))
        return "\n\n".join(
            [
                f"### {claim.title}",
                f"**Counter-example.** {claim.counter_example.strip()}",
                f"**The deck.** “{claim.quote}”",
                f"**The fix.** {claim.fix.strip()}",
                shown,
                *([f"More in {pages}."] if pages else []),
            ]
        )


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_role("claim", ClaimRole())
    app.add_directive("claim-math", ClaimMath)
    app.add_directive("errata", Errata)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

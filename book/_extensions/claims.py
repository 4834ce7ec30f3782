"""Sphinx extension: print the claims of book/claims.toml, and the page "Errata of the decks".

    {claim}`dense-weights`         in a sentence: a number, words, a row, a matrix, a formula
    ```{claim-math} output-size    on a line of its own, with MathDirective's options, such as :label: eq-size
    ```{errata}                    every correction, deck by deck

An unknown id is a warning, and a warning fails the build.
"""

import difflib
import functools
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

BOOK = Path(__file__).resolve().parents[1]
logger = logging.getLogger(__name__)


@functools.cache
def registry() -> tuple[ModuleType, Any]:
    """Load book/claims.py by its path (this module has the same name), and the registry that it reads."""
    spec = importlib.util.spec_from_file_location("book_claims", BOOK / "claims.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.load()


def find(name: str, env: BuildEnvironment, location: Any) -> Any:
    """Give the claim of this id; None, after a warning, where there is none."""
    env.note_dependency(str(BOOK / "claims.toml"))
    claims = registry()[1].claims
    if name not in claims:
        near = " or ".join(difflib.get_close_matches(name, claims)) or "one of those in book/claims.toml"
        logger.warning("unknown claim %r: use %s", name, near, location=location)
    return claims.get(name)


class ClaimRole(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        claim = find(self.text, self.env, self.get_location())
        pieces = registry()[0].markup(claim).split("$") if claim else [self.text]
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
            self.arguments = [registry()[0].latex(claim)]
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
        decks, claims = registry()[1].decks, registry()[1].claims.values()
        corrected = [claim for claim in claims if claim.title]
        printed = registry()[0].pages_printing(self.pages())
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
        for path in (BOOK / "claims.toml", *paths.values()):
            self.env.note_dependency(str(path))
        return {page: path.read_text(encoding="utf-8") for page, path in paths.items()}

    def entry(self, claim: Any, printed: dict[str, list[str]]) -> str:
        shown = (
            f"```python\n{registry()[0].shown_code(claim)}\n```"
            if claim.code
            else f"> {claim.reference.strip()}"
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

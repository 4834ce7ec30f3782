"""Sphinx extension: small repairs of what Jupyter Book and its theme write into the pages."""

from typing import Any

from sphinx.application import Sphinx


def repair_bibliography(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the entries of a bibliography a role that their place allows: an item of a list."""
    context["body"] = context.get("body", "").replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, bool]:
    # Jupyter Book always sets this value for sphinx_comments, which we leave out: it loads remote scripts.
    app.add_config_value("comments_config", {}, "html")
    app.connect("html-page-context", repair_bibliography)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

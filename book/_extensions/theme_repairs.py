"""Sphinx extension: small repairs of what Jupyter Book and its theme write into the pages."""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    # Jupyter Book always sets this value for sphinx_comments, which we leave out: it loads remote scripts.
    app.add_config_value("comments_config", {}, "html")
    return {"parallel_read_safe": True, "parallel_write_safe": True}

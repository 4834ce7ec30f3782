"""The table of contents, as the machinery reads it."""

from book.machinery.contents import chapters, page_names


def test_chapters_are_listed_in_order():
    """The start page lists the pages of all parts, as the table of contents orders them."""
    contents = {
        "root": "book/intro",
        "parts": [{"chapters": [{"file": "a", "sections": [{"file": "b"}]}]}, {"chapters": [{"file": "c"}]}],
    }
    assert list(chapters(contents)) == ["a", "b", "c"]


def test_first_page_comes_first(tmp_path):
    """All pages, with the one at the root of the table."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/intro\nchapters:\n  - file: book/data\n")
    assert page_names(tmp_path) == ["book/intro", "book/data"]

"""book/build.py: what fails a build, what repeats one, and what it never overwrites."""

import json

import pytest


def test_book_is_built_once(builder, minimal_book, monkeypatch):
    """A build runs the cells and adds our start page; a second one starts neither Jupyter Book nor npm."""
    book = minimal_book("print(6 * 7)")
    assert builder.build(book) is True
    assert "<pre>42" in (book.out / "book" / "page.html").read_text().replace("<span></span>", "")
    start = (book.out / "index.html").read_text()
    assert "http-equiv" not in start, "Jupyter Book's redirect is still there"
    assert 'href="book/intro.html"' in start
    monkeypatch.setattr(builder, "PROGRAMS", book.root / "nowhere")
    assert builder.build(book) is False


def test_changed_module_runs_the_page_again(builder, minimal_book):
    """A page never shows what an older version of src/ computed, although the page itself is unchanged."""
    book = minimal_book("import sys\nsys.path.insert(0, '../src')\nimport probe\nprint(probe.answer)")
    module = book.root / "src" / "probe.py"
    module.parent.mkdir()
    for answer in ("first", "second"):
        module.write_text(f"answer = 'the {answer} answer'")
        assert builder.build(book) is True
        assert f"the {answer} answer" in (book.out / "book" / "page.html").read_text()
    assert len(list((book.work / "executed").iterdir())) == 1, "caches of older code pile up"


def test_failing_cell_fails_the_build(builder, minimal_book, capfd):
    """A page with an exception in it is never published; readers keep the last good site meanwhile."""
    book = minimal_book("print('good')")
    builder.build(book)
    minimal_book("raise RuntimeError('this cell fails')")
    with pytest.raises(builder.BuildError, match="a warning or a failing cell"):
        builder.build(book)
    assert "this cell fails" in "".join(capfd.readouterr())
    assert "good" in (book.out / "book" / "page.html").read_text()


def test_warning_fails_the_build_each_time(builder, minimal_book, capfd):
    """A broken reference is never published, and trying again does not make it pass."""
    book = minimal_book(text="See {ref}`nowhere`.")
    for _ in range(2):
        with pytest.raises(builder.BuildError, match="a warning or a failing cell"):
            builder.build(book)
        assert "nowhere" in capfd.readouterr().err
    assert not book.out.exists()


def test_foreign_folder_is_not_overwritten(builder, minimal_book):
    """`--out` pointed at somebody's documents by mistake destroys nothing."""
    book = minimal_book()
    book.out.mkdir()
    (book.out / "thesis.txt").write_text("four years")
    with pytest.raises(builder.BuildError, match="is not empty and was not written by this program"):
        builder.publish(book)
    assert (book.out / "thesis.txt").exists()


def test_failing_npm_says_why(builder, tmp_path):
    """Where the packages cannot be installed, the message carries npm's own words."""
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "dependencies": {"mathjax": "3.2.2"}}))
    lock = {"name": "x", "lockfileVersion": 3, "packages": {}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    with pytest.raises(builder.BuildError, match=r"(?s)npm ci failed.*in sync"):
        builder.install_packages(tmp_path)


def test_lock_file_names_no_host(builder, request):
    """The same lock file serves every registry: it holds hashes, and no addresses."""
    lock = (request.config.rootpath / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert "resolved" not in lock


def test_command_line_reports_failure(builder, minimal_book, monkeypatch, capsys):
    """`make site` stops with status 1 and one clear line, not with a traceback."""

    def fail(_):
        raise builder.BuildError("the reason")

    monkeypatch.setattr(builder, "build", fail)
    assert builder.main(["--out", "build/nowhere"]) == 1
    assert capsys.readouterr().err == "the reason\n"


def test_chapters_are_listed_in_order(builder):
    """The start page lists the pages of all parts, as the table of contents orders them."""
    contents = {
        "root": "book/intro",
        "parts": [{"chapters": [{"file": "a", "sections": [{"file": "b"}]}]}, {"chapters": [{"file": "c"}]}],
    }
    assert list(builder.chapters(contents)) == ["a", "b", "c"]


def test_pages_do_not_count_as_code(builder, minimal_book):
    """An edited sentence does not make all other pages run again; an edited data file does."""
    book = minimal_book()
    before = builder.digest(book.root, builder.code(book.root))
    (book.root / "book" / "page.md").write_text("# Another text")
    assert builder.digest(book.root, builder.code(book.root)) == before
    (book.root / "book" / "claims.toml").write_text("value = 1")
    assert builder.digest(book.root, builder.code(book.root)) != before

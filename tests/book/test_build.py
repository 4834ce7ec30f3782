"""book/machinery/build.py: what fails a build, what repeats one, and what it never overwrites."""

import json

import pytest

from book.machinery import build


def test_book_is_built_once(minimal_book, monkeypatch):
    """A build runs the cells and adds our start page; a second one starts neither Jupyter Book nor npm."""
    book = minimal_book("print(6 * 7)")
    assert build.build(book) is True
    assert "<pre>42" in (book.out / "book" / "page.html").read_text().replace("<span></span>", "")
    start = (book.out / "index.html").read_text()
    assert "http-equiv" not in start, "Jupyter Book's redirect is still there"
    assert 'href="book/intro.html"' in start
    monkeypatch.setattr(build, "PROGRAMS", book.root / "nowhere")
    assert build.build(book) is False


def test_failing_cell_fails_the_build(minimal_book, capfd):
    """A page with an exception in it is never published; readers keep the last good site meanwhile."""
    book = minimal_book("print('good')")
    build.build(book)
    minimal_book("raise RuntimeError('this cell fails')")
    with pytest.raises(build.BuildError, match="a warning or a failing cell"):
        build.build(book)
    assert "this cell fails" in "".join(capfd.readouterr())
    assert "good" in (book.out / "book" / "page.html").read_text()


def test_warning_fails_the_build_each_time(minimal_book, capfd):
    """A broken reference is never published, and trying again does not make it pass."""
    book = minimal_book(text="See {ref}`nowhere`.")
    for _ in range(2):
        with pytest.raises(build.BuildError, match="a warning or a failing cell"):
            build.build(book)
        assert "nowhere" in capfd.readouterr().err
    assert not book.out.exists()


def test_foreign_folder_is_not_overwritten(minimal_book):
    """`--out` pointed at somebody's documents by mistake destroys nothing."""
    book = minimal_book()
    book.out.mkdir()
    (book.out / "thesis.txt").write_text("four years")
    with pytest.raises(build.BuildError, match="is not empty and was not written by this program"):
        build.publish(book)
    assert (book.out / "thesis.txt").exists()


def test_failing_npm_says_why(tmp_path):
    """Where the packages cannot be installed, the message carries npm's own words."""
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "dependencies": {"mathjax": "3.2.2"}}))
    lock = {"name": "x", "lockfileVersion": 3, "packages": {}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    with pytest.raises(build.BuildError, match=r"(?s)npm ci failed.*in sync"):
        build.install_packages(tmp_path)


def test_lock_file_names_no_host(request):
    """The same lock file serves every registry: it holds hashes, and no addresses."""
    lock = (request.config.rootpath / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert "resolved" not in lock


def test_command_line_reports_failure(minimal_book, monkeypatch, capsys):
    """`make site` stops with status 1 and one clear line, not with a traceback."""

    def fail(_):
        raise build.BuildError("the reason")

    monkeypatch.setattr(build, "build", fail)
    assert build.main(["--out", "build/nowhere"]) == 1
    assert capsys.readouterr().err == "the reason\n"

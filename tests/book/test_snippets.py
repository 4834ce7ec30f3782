"""The code in the Keras and PyTorch tabs of the chapters: each pair runs, agrees, and is what the pages show.

Each snippet, book/snippets/<chapter>/<what>_<library>.py, is a program of its own that leaves its answer in
`result`.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
SNIPPETS = BOOK / "snippets"
LIBRARIES = {"keras": "Keras", "torch": "PyTorch"}
NAMES = sorted(path.relative_to(SNIPPETS).with_suffix("").as_posix() for path in SNIPPETS.rglob("*.py"))
PAIRS = sorted({name.rpartition("_")[0] for name in NAMES})
# One process a library: each takes seconds to import, and neither shall change the process of the tests.
RUNNER = """
import runpy, sys, traceback
from pathlib import Path
import numpy as np
folder, *snippets = map(Path, sys.argv[1:])
for path in snippets:
    try:
        result = runpy.run_path(str(path))["result"]
        np.save(folder / f"{path.parent.name}-{path.stem}", np.asarray(result), allow_pickle=False)
    except Exception:
        (folder / f"{path.parent.name}-{path.stem}.error").write_text(traceback.format_exc())
"""
TAB = re.compile(r"^(:{3,})\{tab-item\} ([^\n]+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"\{literalinclude\} snippets/([\w/]+)\.py")


def run(snippets: list[Path], folder: Path) -> Path:
    """Run snippets; `folder` gets a file <name>.npy or <name>.error of each."""
    command = [sys.executable, "-c", RUNNER, folder, *snippets]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def result(name: str, folder: Path) -> np.ndarray:
    """What a snippet left in `result`."""
    error = folder / f"{name.replace('/', '-')}.error"
    assert not error.exists(), f"snippet {name} fails:\n{error.read_text()}"
    return np.load(folder / f"{name.replace('/', '-')}.npy")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what all snippets gave."""
    folder = tmp_path_factory.mktemp("snippets")
    for library in LIBRARIES:
        run(sorted(SNIPPETS.rglob(f"*_{library}.py")), folder)
    return folder


def test_snippets_come_in_pairs():
    """No snippet lacks its counterpart, and none hides under a name that nobody runs."""
    assert PAIRS
    assert sorted(f"{pair}_{library}" for pair in PAIRS for library in LIBRARIES) == NAMES


def test_snippets_lie_with_their_chapter():
    """A folder of snippets has the name of the page that shows them."""
    for name in NAMES:
        page = BOOK / f"{name.partition('/')[0]}.md"
        assert f"snippets/{name}.py" in page.read_text(encoding="utf-8"), name


@pytest.mark.parametrize("pair", PAIRS)
def test_pair_agrees(results, pair):
    """What the page shows for Keras and for PyTorch computes the same thing, number by number."""
    keras, torch = (result(f"{pair}_{library}", results) for library in LIBRARIES)
    assert keras.size
    assert keras.shape == torch.shape
    assert np.isfinite(keras).all()
    np.testing.assert_allclose(keras, torch, rtol=1e-5, atol=1e-5)


def test_snippets_are_shown_in_their_tabs():
    """Every snippet stands on one page, in the tab of its library, and the tabs of all pages switch together."""
    shown = []
    for page in sorted(BOOK.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        in_tabs = []
        for _, title, content in TAB.findall(text):
            for name in SHOWN.findall(content):
                library = name.rpartition("_")[2]
                assert title == LIBRARIES[library], (page.name, name)
                assert f":sync: {library}\n" in content, (page.name, name)
                in_tabs.append(name)
        assert in_tabs == SHOWN.findall(text), f"{page.name} shows a snippet outside a tab"
        shown += in_tabs
    assert sorted(shown) == sorted(f"{pair}_{library}" for pair in PAIRS for library in LIBRARIES)


def test_failing_snippet_is_named(tmp_path):
    """A snippet that fails, or forgets its result, does not pass unseen, and does not stop the others."""
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "a_torch.py").write_text("raise RuntimeError('out of order')")
    (folder / "b_torch.py").write_text("answer = 1")
    (folder / "c_torch.py").write_text("result = [1.0, 2.0]")
    run(sorted(folder.glob("*.py")), tmp_path)
    for name, message in (("page/a_torch", "out of order"), ("page/b_torch", "KeyError: 'result'")):
        with pytest.raises(AssertionError, match=f"(?s)snippet {name} fails.*{message}"):
            result(name, tmp_path)
    assert result("page/c_torch", tmp_path).tolist() == [1, 2]

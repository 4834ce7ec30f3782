"""The sandbox behaves like the student's kernel in what honest people do."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignment import Assignment, Budget
from autograder.player.shell import INLINE
from autograder.referee.processes import Zygote
from autograder.sandbox import rungs
from tests.autograder.conftest import Play


@pytest.fixture(scope="module")
def drawing(zygote: Zygote, tiny_assignment: Assignment) -> Iterator[Zygote]:
    """A warm process of an assignment that draws."""
    roomy = replace(tiny_assignment, preload=("numpy", "matplotlib.pyplot"), budget=Budget(output_kb=256))
    warm = Zygote(roomy, zygote.rung)
    yield warm
    warm.close()


@pytest.fixture
def notebook(drawing: Zygote) -> Iterator[Play]:
    """A player that draws."""
    player = drawing.spawn()
    yield Play(player)
    player.close()


def said(reply: dict) -> str:
    """Return what a cell printed; it must have gone on to its end."""
    assert reply["failure"] is None, reply["failure"]
    return "".join(output.get("text", "") for output in reply["outputs"])


def test_module_that_a_notebook_writes_is_imported(play):
    """As in Jupyter, the notebook's folder is the first place to look in."""
    said(play.run("%%writefile dots.py\ndef dot(x): return 2 * x"))
    said(play.run("from dots import dot"))
    assert play.value("dot(3)") == 6


def test_modules_of_other_folders_of_the_notebook_are_imported(play):
    """A package, a folder that was added to the path, and one that `%cd` went to."""
    write = "import os, sys\nfor f in 'parts', 'more', 'there': os.mkdir(f)\n"
    write += "for f in 'parts/__init__.py', 'parts/one.py', 'more/two.py', 'there/three.py': open(f, 'w').write('x = 7')"
    said(play.run(write))
    said(play.run("from parts.one import x as a\nsys.path.append('more')\nfrom two import x as b"))
    said(play.run("%cd there\nfrom three import x as c"))
    assert play.value("[a, b, c]") == [7, 7, 7]


def test_module_written_a_moment_ago_is_found(play):
    """Python looks again when a folder's time has changed, in steps of milliseconds: a notebook is quicker."""
    write = (
        "import importlib, os\nos.mkdir('p')\nopen('p/__init__.py', 'w').close()\n"
        "for i in range(200):\n"
        "    for name in (f'm{i}', f'p.n{i}'):\n"
        "        with open(name.replace('.', '/') + '.py', 'w') as file: file.write(f'x = {i}')\n"
        "        assert importlib.import_module(name).x == i"
    )
    said(play.run(write))


def test_module_changed_a_moment_ago_is_read_again(play):
    """No compiled copy of the same second and size stands for it."""
    said(play.run("open('m.py', 'w').write('x = 1')\nimport m, importlib"))
    said(play.run("open('m.py', 'w').write('x = 2')\nimportlib.reload(m)"))
    assert play.value("m.x") == 2


def test_file_named_like_a_library_breaks_nothing_of_the_player(notebook):
    """Cells, outputs, calls and errors need nothing that a notebook's file of some name could stand for."""
    shadows = (
        "import pkgutil, sys\n"
        "for name in {*sys.stdlib_module_names, *(module.name for module in pkgutil.iter_modules())}:\n"
        "    with open(f'{name}.py', 'w') as file: file.write(f'raise RuntimeError({name!r})')"
    )
    said(notebook.run(shadows))
    for source in (
        "print(1)\n2",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1]);",
        "from IPython.display import HTML, display\ndisplay(HTML('x'))",
        "async def f(): return 1\nawait f()",
        "%%bash\necho 1",
        "!ls > /dev/null",
        "%cd .",
        "import numpy as np, random, asyncio\ndef give(x): return [x, np.zeros(3), np.float32(1)]\ndef fail(): return 1 / 0",
    ):
        said(notebook.run(source))
    for source, kind in (("1 / 0", "ZeroDivisionError"), ("def f(:", "SyntaxError")):
        assert notebook.run(source)["failure"]["type"] == kind
    assert notebook.call("give", 2)["value"][0] == 2
    assert notebook.call("fail")["failure"]["type"] == "ZeroDivisionError"


@pytest.mark.parametrize("name", ["torch", "tensorflow", "keras"])
def test_module_of_ones_own_named_like_a_framework(play, name):
    """Where an assignment does without it, a notebook may have an empty module of that name."""
    said(play.run(f"open('{name}.py', 'w').write('x = 1')\nimport {name}\ndef f(): return {name}.x, object"))
    said(play.run("def g(): return 5"))
    assert "something to call" in play.call("f")["failure"]["message"]
    assert play.call("g")["value"] == 5


PLACES = {
    "cd-to-a-folder-that-is-elsewhere": ("%cd /content/drive/MyDrive/course", "No such file or directory"),
    "cd-and-back": ("%cd /tmp\n%cd -\n%cd\nassert __import__('os').getcwd() == '/submission'", "/tmp"),
    "cd-back-at-once": ("%cd -\nassert __import__('os').getcwd() == '/submission'", "No previous directory"),
    "bookmark": ("%bookmark here\n%bookmark -l", "here"),
    "extension": ("%load_ext line_profiler", "No module named 'line_profiler'"),
    "extension-of-colab": ("%load_ext google.colab.data_table", "goes on without it"),
    "extension-again": ("%reload_ext nb_black", "goes on without it"),
    "extension-that-is-there": ("%load_ext autoreload\n%autoreload 2", ""),
    "tensorflow-version": ("%tensorflow_version 2.x", "`%tensorflow_version` not found"),
    "profiler": ("%lprun -f len len([])", "`%lprun` not found"),
    "value-of-a-magic": ("y = %nonsense\nassert y is None", "`%nonsense` not found"),
    "magic-in-a-block": ("if True:\n    %nonsense", "`%nonsense` not found"),
    "pip": ("%pip install nonsense-of-a-package", "No matching distribution"),
    "shell-pip": ("!pip install nonsense-of-a-package", "No matching distribution"),
    "shell-pip-of-what-is-there": ("!pip install -q numpy", ""),
    "conda": ("%conda install nonsense", "goes on without it"),
    "store": ("%store -r", "goes on without it"),
    "autosave": ("%autosave 60", "goes on without it"),
    "config-of-figures": ("%config InlineBackend.figure_format = 'retina'", ""),
    "config-of-something": ("%config Completer.use_jedi = False", ""),
    "gui": ("%gui qt", ""),
    "download": ("!wget -q https://example.org/x.csv", ""),
    "drive": ("!nvidia-smi", "not found"),
}


@pytest.mark.parametrize(("source", "text"), PLACES.values(), ids=PLACES)
def test_what_is_not_there_warns_and_the_cell_goes_on(play, source, text):
    """A magic is about the place where a notebook runs, and says nothing of the answer below it."""
    start = time.monotonic()
    assert text in said(play.run(f"{source}\nafter = 1"))
    assert play.value("after") == 1
    assert time.monotonic() - start < 6, "pip must not wait for a network that is not there"


def test_magic_of_a_cell_that_is_not_there_warns(play):
    """The body may be in any language, and is left alone."""
    assert "`%%heat` not found" in said(play.run("%%heat\nthis is no Python"))


@pytest.mark.parametrize("source", ["%time 1 / 0", "%%time\n1 / 0", "%timeit -n1 -r1 1 / 0"])
def test_error_of_the_students_own_code_below_a_magic_is_one(play, source):
    """Only the magic itself is forgiven."""
    assert play.run(source)["failure"]["type"] == "ZeroDivisionError"


WINDOWS = ("widget", "ipympl", "qt", "qt5", "tk", "nbagg", "notebook", "osx", "gtk3", "inline", "agg", "")


@pytest.mark.parametrize("window", WINDOWS)
def test_every_window_is_inline(notebook, window):
    """Nobody looks at a window when a notebook is graded, and no figure may be lost for it."""
    reply = notebook.run(f"%matplotlib {window}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    said(reply)
    assert reply["outputs"][-1]["data"]["image/png"].startswith("iVBOR")


@pytest.mark.parametrize(
    ("source", "backend"),
    [
        ("import matplotlib; matplotlib.use('TkAgg')", INLINE),
        ("import matplotlib; matplotlib.use('QtAgg')", INLINE),
        ("import matplotlib.pyplot as plt; plt.switch_backend('nbAgg')", INLINE),
        ("import matplotlib; matplotlib.use('Agg')", "agg"),
        ("import matplotlib; matplotlib.use('pdf')", "pdf"),
    ],
)
def test_window_asked_for_by_a_call_is_inline_too(notebook, source, backend):
    """Backends that write files are left as they are."""
    said(notebook.run(source))
    said(notebook.run("import matplotlib.pyplot as plt\nplt.figure()\nnow = plt.get_backend()"))
    assert notebook.value("now").lower() == backend


def test_progress_bar_is_there(play):
    """tqdm in each of its usual forms; it leaves no thread behind, which would look like one of the student's."""
    use = "import threading\nfrom tqdm import tqdm, trange\nfrom tqdm.auto import tqdm as auto\nfrom tqdm.notebook import tqdm as bar"
    said(play.run(use))
    said(play.run("for i in tqdm(range(9)): pass\nfor i in trange(9): pass\nfor i in auto([1]): pass"))
    said(play.run("with bar(total=3) as b: b.update(3)\nn = b.n"))
    assert play.value("[n, threading.active_count()]") == [3, 1]


def test_list_of_a_million_numbers_is_too_large_and_no_accusation(play):
    """Likewise a dictionary of 5,000 numbers: the player says so, and lives on."""
    said(
        play.run(
            "def f(): return [0.5] * 1_000_000\ndef g(): return {i: i for i in range(5000)}\ndef h(): return 3"
        )
    )
    for name, text in (("f", "1000000"), ("g", "1000 dictionary keys")):
        failure = play.call(name)["failure"]
        assert failure["message"].startswith("the value is too large")
        assert text in failure["message"]
    assert play.call("h")["value"] == 3


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("raise ValueError('no licence')", "ValueError: no licence"),
        ("import os, sys\nprint('out of ideas', file=sys.stderr)\nos.abort()", "out of ideas"),
        (
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
            "SIGKILL; the kernel does so where memory",
        ),
        ("import os\nos._exit(3)", "it ended with status 3"),
    ],
)
def test_warm_start_that_fails_says_why(zygote, tiny_assignment, tmp_path, monkeypatch, module, reason):
    """A library that cannot be imported, that aborts, that is killed or that exits."""
    from autograder.errors import InfrastructureError
    from autograder.referee import processes

    (tmp_path / "broken_library.py").write_text(module)
    monkeypatch.setattr(
        processes, "_BOOT", f"import sys; sys.path.append({str(tmp_path)!r}); {processes._BOOT}"
    )
    with pytest.raises(InfrastructureError, match="the warm process did not start") as failed:
        Zygote(tiny_assignment, zygote.rung, preload=("broken_library",))
    assert reason in str(failed.value)


def test_without_walls_the_path_is_the_same(open_play):
    """Also where submissions are trusted."""
    assert open_play.value("__import__('sys').path[0]") == ""
    assert Path(open_play.value("__import__('os').getcwd()")).is_dir()
    assert rungs.TRUSTED == 5

"""Which names a cell binds, in whatever form; nothing of it runs, and nothing in it breaks the reading."""

import pytest

from autograder.assignment.bindings import added_imports, bindings


@pytest.mark.parametrize(
    "source",
    [
        "def f(): ...",
        "async def f(): ...",
        "class f: ...",
        "@decorated\ndef f(): ...",
        "if True:\n    def f(): ...",
        "if False: pass\nelse:\n    def f(): ...",
        "try:\n    import a\nexcept ImportError:\n    def f(): ...",
        "with a as b:\n    def f(): ...",
        "for _ in range(1):\n    def f(): ...",
        "while True:\n    def f(): ...\n    break",
        "match 1:\n    case 1:\n        def f(): ...",
        "match 1:\n    case f: pass",
        "f = lambda x: x",
        "f: int = 1",
        "f, g = 1, 2",
        "g, *f = 1, 2",
        "[g, (h, f)] = 1, (2, 3)",
        "g = f = 1",
        "(f := 3)",
        "print(f := 3)",
        "[f := 1 for _ in [0]]",
        "import f",
        "import f.part",
        "import a.b as f",
        "from a import f",
        "from a import b as f",
        "for f in []: pass",
        "with a as f: pass",
        'globals()["f"] = 1',
        "def make():\n    global f\n    f = 1\nmake()",
        "%matplotlib inline\nif True:\n    def f(): ...",
        "files = !ls\nif True:\n    def f(): ...",
        "%%time\nif True:\n    def f(): ...",
        "np.dot?\nif True:\n    def f(): ...",
        "x = ('%d'\n     % 3)\nif True:\n    def f(): ...",
    ],
)
def test_name_is_bound_in_every_form(source):
    """Each of these leaves an `f` in the notebook."""
    assert "f" in bindings(source).names


@pytest.mark.parametrize(
    "source",
    [
        "def g(f): ...",
        "def g():\n    def f(): ...",
        "def g():\n    f = 1",
        "class G:\n    def f(self): ...",
        "[f for f in range(3)]",
        "lambda f: (h := f)",
        "a.f = 1",
        "a['f'] = 1",
        "f()",
        "f == 1",
        "# def f(): ...",
        "'''\ndef f(): ...\n'''",
        "%%writefile f.py\ndef f(): ...",
        "%%bash\nf=1",
    ],
)
def test_name_that_is_not_bound(source):
    """None of these does, whatever it looks like."""
    assert "f" not in bindings(source).names


def test_inner_names_have_their_function():
    """So that a message can say where a name is known."""
    found = bindings("def g():\n    if True:\n        f = 1\nclass H:\n    def m(self): ...")
    assert found.inside == {"f": "g", "m": "H"}


def test_star_is_seen():
    """It may bind anything."""
    assert bindings("from a import *").has_star
    assert not bindings("from a import b").has_star


@pytest.mark.parametrize(
    "source", ["(" * 10_000, "-" * 90_000 + "1", "\0", "def f(:", " " * 90_000 + "=", "x=" * 30_000, "\ud800"]
)
def test_hostile_source_is_survived(source):
    """A cell may be anything, also what breaks a parser."""
    bindings(source)


def test_what_is_no_python_is_read_by_its_lines():
    """A syntax error hides no definition that begins a line."""
    assert bindings("def f(:\n  pass\ndef g(): ...").names == {"f", "g"}


def test_added_imports_are_those_of_the_top_level():
    """Each alone; other code, and what was there before, is not among them."""
    original = "import numpy as np\nfrom a import b, c\nx = 1"
    source = "import os, numpy as np\nfrom a import c, d as e\nimport os\nx = 2\nif x:\n    import sys\n%pylab\n!ls"
    assert added_imports(source, original) == ("import os", "from a import d as e")
    assert added_imports("def f(:", original) == ()

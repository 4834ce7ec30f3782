"""Keys of trainings change with the code that a network is made of, and with nothing else."""

import ast
import re
import shutil
from pathlib import Path

import pytest

import kernelwise
from kernelwise import recipes
from kernelwise.models.catalogue import NETWORKS
from kernelwise.recipes.fingerprints import code_of

PACKAGE = Path(kernelwise.__file__).parent
NETS = "kernelwise.models.torch_nets"
FOLDER = Path("kernelwise/models/torch_nets")


@pytest.fixture
def package(tmp_path):
    """A copy of kernelwise.models to change; returns the source folder that has it."""
    shutil.copytree(PACKAGE / "models", tmp_path / "kernelwise" / "models")
    return tmp_path


@pytest.fixture
def change(package):
    """File, old text, new text → the networks whose code this changes; the text must be there once."""

    def edit(file, old, new):
        path = package / "kernelwise" / "models" / file
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))
        return {name for name in NETWORKS if code_of(NETS, name, package) != code_of(NETS, name)}

    return edit


@pytest.fixture
def module_of(tmp_path):
    """Text → name of a module that holds it, for code_of in tmp_path."""

    def write(text):
        path = tmp_path / f"m{len(list(tmp_path.iterdir()))}.py"
        path.write_text(text)
        return path.stem

    return write


def test_comments_do_not_void_a_training_but_code_does(module_of, tmp_path):
    """The key of a training changes with its code alone, so that hours of work survive an edited docstring."""
    one = module_of('"""A."""\ndef f():\n    """B."""\n    return 1\n')
    same = module_of('"""C."""\nimport os\ndef f():  # D\n    """E."""\n    return 1\n')
    other = module_of('"""A."""\ndef f():\n    """B."""\n    return 2\n')
    one, same, other = (code_of(module, source=tmp_path) for module in (one, same, other))
    assert one == same != other


def test_a_training_depends_on_what_its_network_uses_and_on_no_other(module_of, tmp_path):
    """A new network leaves the trainings of the others valid; a changed layer of theirs does not."""
    text = "a: int = 1\nclass C:\n    x = a\ndef f():\n    return g()\ndef g(c=C):\n    return f\n"

    def code(changed):
        return code_of(module_of(changed), "f", tmp_path)

    assert code(text) == code(f"def h():\n    return f()\n{text}") == code(text.replace("C", "D"))
    for old, new in (("a: int = 1", "a: int = 2"), ("x = a", "x = 2 * a"), ("return f", "return g")):
        assert code(text.replace(old, new)) != code(text)


def test_names_from_elsewhere_are_told_apart(module_of, tmp_path):
    """How a library is imported does not matter, what is taken from it does."""

    def code(imports, used):
        return code_of(module_of(f"{imports}\ndef f():\n    return {used}(1)\n"), "f", tmp_path)

    expected = code("from torch import nn", "nn.ReLU")
    assert code("import torch", "torch.nn.ReLU") == expected
    assert code("import torch.nn as layers", "layers.ReLU") == expected
    assert code("from torch.nn import ReLU", "ReLU") == expected
    assert code("from torch.nn import GELU as ReLU", "ReLU") != expected
    # of ours, the module may move: kernelwise.arguments was two
    assert code("from kernelwise.arguments import f", "f") == code("from kernelwise.elsewhere import f", "f")


def test_words_change_no_key(package, change):
    """Docstrings, comments and lines of import in all files of kernelwise.models are free to change."""
    for path in (package / "kernelwise" / "models").rglob("*.py"):
        tree = ast.parse(text := path.read_text())
        docstrings = [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and ast.get_docstring(node)
        ]
        lines = text.splitlines()
        for node in docstrings:
            lines[node.body[0].lineno - 1] = lines[node.body[0].lineno - 1].replace('"""', '"""Really. ', 1)
        path.write_text("\n".join(["# A comment.", *lines, ""]))
    assert change(f"{FOLDER.name}/layers.py", "import torch\n", "import torch\nimport math\n") == set()


def test_helper_that_moves_to_another_file_changes_no_key(package, change):
    """Where a helper stands, and what it is called, is no part of the code that a network is made of."""
    shapes = package / FOLDER / "shapes.py"
    helper = shapes.read_text()[shapes.read_text().index("\n\ndef _pyramid") :]
    shapes.write_text(shapes.read_text().replace(helper, "").replace("_pyramid(", "pyramid("))
    layers = package / FOLDER / "layers.py"
    layers.write_text(
        layers.read_text()
        + "\nfrom collections.abc import Sequence\n"
        + helper.replace("_pyramid", "pyramid")
    )
    assert (
        change(
            f"{FOLDER.name}/shapes.py", "FlattenChannelsLast, Scale", "FlattenChannelsLast, Scale, pyramid"
        )
        == set()
    )
    assert "Name(id='stage'" in code_of(NETS, "shape_counter", package)


def test_renamed_import_changes_no_key(change):
    """Under another name at the place of use a helper is the same helper."""
    line = "from kernelwise.models.torch_nets.layers import LSTM, dense\n"
    assert change(f"{FOLDER.name}/sequences.py", line, f"{line}other = dense\n") == set()
    assert change(
        f"{FOLDER.name}/sequences.py",
        "self.lstm = LSTM(2, units)\n        self.dense = dense(units, 2)",
        "self.lstm = LSTM(2, units)\n        self.dense = other(units, 2)",
    ) == {"lstm_scores"}


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        (
            "torch_nets/layers.py",
            "momentum=0.01",
            "momentum=0.1",
            r"deck_tracks|small_tracks|shape_.*|fashion_best",
        ),
        ("torch_nets/layers.py", "= 1  # the forget", "= 0  # the forget", r"lstm_.*"),
        (
            "torch_nets/layers.py",
            "glorot = nn.init.xavier_uniform_",
            "glorot = nn.init.xavier_normal_",
            r".*",
        ),
        ("torch_nets/shapes.py", "k = 5 if", "k = 7 if", r"shape_.*"),
        ("torch_nets/tracks.py", "nn.AdaptiveMaxPool2d(1)", "nn.AdaptiveAvgPool2d(1)", r"small_tracks"),
        (
            "catalogue.py",
            'whole_number("size", size, 4) % 4',
            'whole_number("size", size, 8) % 8',
            r"deck_tracks",
        ),
        ("catalogue.py", "learned=1_089", "learned=1_090", r"nothing"),
        ("keras_nets/layers.py", "layers.ReLU()", "layers.ELU()", r"nothing"),
        ("twins.py", "second_bias.zero_()", "second_bias.fill_(1)", r"nothing"),
    ],
)
def test_changed_line_voids_the_networks_made_of_it(change, file, old, new, changed):
    """Helpers in other files of kernelwise.models count, those of other problems do not."""
    assert change(file, old, new) == {name for name in NETWORKS if re.fullmatch(changed, name)}


def test_exchanged_helpers_change_the_key(change):
    """Two helpers that exchange their names in a line of import are told apart, though no other line changes."""
    assert change("torch_nets/fashion_mnist.py", "conv, dense,", "conv as dense, dense as conv,") == {
        "fashion_cnn",
        "fashion_best",
    }


@pytest.mark.parametrize(
    "line",
    [
        "from kernelwise.models.torch_nets.layers import *",
        "from kernelwise.models.torch_nets import layers",
        "import kernelwise.models.torch_nets.layers as l",
        "import kernelwise.models.torch_nets.layers",
        "from . import layers",
        "from .layers import dense",
        "from kernelwise.models.torch_nets.layers import torch as dense",
    ],
)
def test_imports_that_cannot_be_followed_are_refused(package, line):
    """A helper must not drop out of a key in silence."""
    path = package / FOLDER / "vectors.py"
    path.write_text(f"{path.read_text()}\n{line}\n")
    with pytest.raises(
        ValueError, match=r"torch_nets.vectors imports .*, which a key cannot follow: import func"
    ):
        code_of(NETS, "first_mlp", package)


def test_code_is_written_alike_by_all_versions_of_python(module_of, tmp_path):
    """Trainings stay valid under another Python: fields that are empty, or that only newer ones have, are left out."""
    expected = (
        "FunctionDef(name='<0>', args=arguments(args=[arg(arg='a')], kwonlyargs=[arg(arg='b'), arg(arg='c')], "
        "kw_defaults=[None, Constant()]), body=[Return(value=Name(id='a', ctx=Load()))])"
    )
    assert code_of(module_of("def f(a, *, b, c=None):\n    return a\n"), "f", tmp_path) == expected


def test_unknown_function_is_named():
    """A key of nothing would be one that never changes."""
    with pytest.raises(KeyError, match=r"kernelwise\.models\.torch_nets has no third_mlp"):
        code_of(NETS, "third_mlp")


def test_keys_of_all_recipes_differ():
    """A key has the recipe's name, the seed, and sixteen digits of the code."""
    keys = [recipes.fingerprint(name, seed) for name in recipes.RECIPES for seed in (0, 1)]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z_]+/[a-z_]+, seed [01], code [0-9a-f]{16}, torch .+", key) for key in keys)

"""Who may import whom, read from the source of every file."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCAL = {"autograder", "kernelwise", "assignments", "hub", "book", "tests", "benchmarks", "setup"}
MAY_IMPORT = {
    "autograder": {"autograder"},
    "src/kernelwise": {"kernelwise"},
    "assignments": {"kernelwise", "autograder"},
    "hub": {"autograder"},
    "book": {"kernelwise"},
    # it runs before anything is installed; what it tries the sandbox with needs nothing
    "setup": {"setup", "autograder"},
}
# What runs in the sandbox with the student's code, and what it shares with the referee's side.
PLAYER = {"zygote", "player", "shell", "plain", "codec", "wire", "models", "weightfiles", "sandbox"}
SHARED = {"errors", "tensorflow_symbols"}

CODE_CELL = re.compile(r"^```+\s*\{code-cell\}[^\n]*\n(.*?)^```+", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
DYNAMIC = {"import_module", "__import__"}


def python_of(path: Path) -> str:
    """Return the Python in a file; of a MyST page that of its code cells, without magics and cell options."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    cells = (OPTIONS.sub("", cell) for cell in CODE_CELL.findall(text))
    return MAGIC.sub("", "\n".join(cells))


def imports(source: str, package: str = "") -> set[str]:
    """Return the full name of every module that the source imports, by statements of a file in `package`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                found |= {alias.name for alias in node.names}
            case ast.ImportFrom():
                parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                base = ".".join([*parents, *([node.module] if node.module else [])])
                # `from autograder import referee` imports a module too.
                found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(module)), *_]
            ):
                found |= {module} if name in DYNAMIC else set()
    return found


def files_of(root: Path, folder: str) -> list[Path]:
    """Return what is written by hand in a folder: modules, and pages of the book."""
    paths = [*(root / folder).rglob("*.py"), *(root / folder).rglob("*.md")]
    return sorted(path for path in paths if not {"build", "_build", "node_modules"} & set(path.parts))


def package_of(root: Path, path: Path) -> str:
    """Return the dotted name of the package that a file lies in."""
    parts = path.relative_to(root).parent.parts
    return ".".join(parts[1:] if parts[:1] == ("src",) else parts)


def wrong_directions(root: Path) -> list[str]:
    """Return a line for every local import against the direction of the design."""
    lines = []
    for folder, allowed in MAY_IMPORT.items():
        for path in files_of(root, folder):
            tops = {name.split(".")[0] for name in imports(python_of(path), package_of(root, path))}
            for top in sorted(tops & LOCAL - allowed):
                lines.append(f"{path.relative_to(root)} imports {top}")
    return lines


def player_leaks(root: Path) -> list[str]:
    """Return a line for every import by which the student's process would load a module of the referee's."""
    lines = []
    modules = {path.stem for path in (root / "autograder").iterdir() if path.suffix == ".py" or path.is_dir()}
    for path in files_of(root, "autograder"):
        if path.relative_to(root / "autograder").parts[0].removesuffix(".py") not in PLAYER | SHARED:
            continue
        for name in sorted(imports(python_of(path), package_of(root, path))):
            top, _, rest = name.partition(".")
            module = rest.split(".")[0]
            if top == "autograder" and module in modules - PLAYER - SHARED:
                lines.append(f"{path.relative_to(root)} imports {name}")
    return lines


def test_no_import_goes_against_the_design():
    """The grader works for any course, and the course's own code for any grader."""
    assert wrong_directions(ROOT) == []


def test_the_student_process_never_loads_the_referee():
    """No check, reference or score is ever in the memory of the process that runs student code."""
    assert player_leaks(ROOT) == []


def test_the_player_modules_are_where_this_test_looks():
    """A renamed player module is not silently left out of the rule above."""
    names = {path.stem for path in (ROOT / "autograder").iterdir()}
    assert sorted((PLAYER | SHARED) - names) == []


def test_every_folder_of_the_design_is_read():
    """A folder that moved is not silently left out."""
    assert [folder for folder in MAY_IMPORT if not (ROOT / folder).is_dir()] == []


def write(root: Path, name: str, text: str) -> None:
    """Write one made-up file of a made-up repository."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "source", "imported"),
    [
        ("autograder/a.py", "import kernelwise.pooling", "kernelwise"),
        ("autograder/a.py", "def f():\n    from hub import x", "hub"),
        ("autograder/a.py", "import importlib\nimportlib.import_module('kernelwise')", "kernelwise"),
        ("src/kernelwise/a.py", "from autograder.checks import fail", "autograder"),
        ("src/kernelwise/deep/a.py", "from assignments import conv_arithmetic", "assignments"),
        ("assignments/x/checks_hidden.py", "import tests", "tests"),
        ("hub/config.py", "import kernelwise", "kernelwise"),
        ("book/_ext/a.py", "import autograder", "autograder"),
        (
            "book/cnn.md",
            "```{code-cell} python3\n:tags: [x]\n%matplotlib inline\nimport autograder\n```\n",
            "autograder",
        ),
        ("book/cnn.md", "```{code-cell}\n---\nalt: −3\n---\nimport autograder\n```\n", "autograder"),
    ],
)
def test_wrong_direction_is_found(tmp_path, name, source, imported):
    """Each forbidden direction is seen, however the import is written."""
    write(tmp_path, name, source)
    assert wrong_directions(tmp_path) == [f"{name} imports {imported}"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("autograder/a.py", "import numpy\nfrom autograder.errors import UsageError\nfrom . import b"),
        ("src/kernelwise/a.py", "from kernelwise import pooling\nfrom .pooling import max_pool2d"),
        (
            "assignments/x/checks_hidden.py",
            "from kernelwise import pooling\nfrom autograder.checks import fail",
        ),
        ("hub/config.py", "import autograder.nbgrader_bridge"),
        (
            "book/cnn.md",
            "Never write\n```python\nimport autograder\n```\n```{code-cell}\nimport kernelwise\n```\n",
        ),
        ("benchmarks/a.py", "import kernelwise, autograder"),
    ],
)
def test_right_direction_is_not_complained_of(tmp_path, name, source):
    """Allowed imports, other libraries, and code that a page only shows raise no complaint."""
    write(tmp_path, name, source)
    assert wrong_directions(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "source", "imported"),
    [
        ("autograder/player.py", "import autograder.referee", "autograder.referee"),
        ("autograder/shell.py", "from autograder import referee", "autograder.referee"),
        ("autograder/zygote.py", "from . import referee", "autograder.referee"),
        ("autograder/sandbox/rungs.py", "from ..referee import Referee", "autograder.referee"),
        ("autograder/errors.py", "from autograder.referee import Referee", "autograder.referee"),
    ],
)
def test_referee_in_the_player_is_found(tmp_path, name, source, imported):
    """Each spelling of an import of the referee's side is seen, also in the modules that both sides share."""
    write(tmp_path, "autograder/referee.py", "")
    write(tmp_path, name, source)
    assert f"{name} imports {imported}" in player_leaks(tmp_path)


def test_player_modules_may_import_each_other(tmp_path):
    """Within the sandbox's own modules every import is fine, and the referee may import them."""
    write(tmp_path, "autograder/wire.py", "from autograder.errors import Rejected")
    write(tmp_path, "autograder/errors.py", "")
    write(
        tmp_path,
        "autograder/player.py",
        "from autograder import __version__, wire\nfrom .sandbox import rungs",
    )
    write(tmp_path, "autograder/sandbox/rungs.py", "import os")
    write(tmp_path, "autograder/referee.py", "from autograder import wire")
    assert player_leaks(tmp_path) == []

"""Who may import whom, read from the source of every file."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCAL = {"autograder", "kernelwise", "assignments", "hub", "book", "tests", "benchmarks", "setup"}
MAY_IMPORT = {
    "autograder": {"autograder"},
    "src/kernelwise": {"kernelwise"},
    "assignments": {"kernelwise", "autograder"},
    "hub": {"autograder"},
    "book": {"kernelwise", "book"},
    # it runs before anything is installed; what it tries the sandbox with needs nothing
    "setup": {"setup", "autograder"},
}
# The row of a room in CONTRIBUTING: its name, and the rooms that it may import.
ROW = re.compile(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", re.MULTILINE)
GROUND = {"errors", "result", "text", "files", "tensorflow_symbols"}
# What student code shares its process with, and what of it a student's own notebook uses.
STUDENTS_SIDE = {"wire", "sandbox", "player"}
ONLY_IN_THE_SANDBOX = {"autograder.player.serve", "autograder.player.zygote"}

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


def rooms_of(guide: str) -> dict[str, set[str]]:
    """Return the table of rooms in CONTRIBUTING: what each may import, in the order of the rows."""
    table = guide.partition("### Rooms of the grader")[2].partition("\n## ")[0]
    return {room: set(re.findall(r"`(\w+)`", allowed)) for room, allowed in ROW.findall(table)}


def modules_of(root: Path) -> dict[str, Path]:
    """Return the modules of the grader by their dotted names, without the skeleton that it copies."""
    paths = [path for path in files_of(root, "autograder") if "template" not in path.parts]
    dotted = {path: ".".join(path.relative_to(root).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__"): path for path, name in dotted.items()}


def imported_modules(root: Path) -> dict[str, set[str]]:
    """Return which modules of the grader each of them imports by name, also within functions and for types."""
    modules = modules_of(root)
    graph = {}
    for name, path in modules.items():
        found = imports(python_of(path), package_of(root, path))
        # of `from autograder.wire import codec` only the module `codec` counts, where it is one
        graph[name] = {
            target
            for target in found & set(modules)
            if not any(other.startswith(f"{target}.") and other in modules for other in found)
        } - {name, "autograder"}
    return graph


def room_of(module: str) -> str:
    return module.split(".")[1]


def wrong_rooms(root: Path, rooms: dict[str, set[str]]) -> list[str]:
    """Return a line for every import between rooms that the table does not allow."""
    lines = []
    for name, targets in imported_modules(root).items():
        if name == "autograder":
            lines += [f"{name} imports {target}" for target in sorted(targets)]
            continue
        own = room_of(name)
        allowed = GROUND | {own} | rooms.get(own, set())
        lines += [f"{name} imports {target}" for target in sorted(targets) if room_of(target) not in allowed]
    return lines


def circles(root: Path) -> list[str]:
    """Return the modules that import one another in a circle."""
    graph = imported_modules(root)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_import_goes_against_the_design():
    """The grader works for any course, and the course's own code for any grader."""
    assert wrong_directions(ROOT) == []


@pytest.fixture(scope="module")
def rooms() -> dict[str, set[str]]:
    """The table of rooms in CONTRIBUTING."""
    return rooms_of((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


def test_rooms_import_what_their_table_says(rooms):
    """Open a room and know what it can reach; the ground reaches nothing."""
    assert wrong_rooms(ROOT, rooms) == []


def test_every_room_has_a_row_and_every_row_a_room(rooms):
    """A folder that was added, moved or renamed is not silently left out of the table."""
    there = {room_of(name) for name in modules_of(ROOT) if name != "autograder"}
    assert sorted(there - GROUND) == sorted(rooms)
    assert there >= GROUND


def test_table_of_rooms_goes_from_the_bottom_to_the_top(rooms):
    """Each room imports rooms of rows above it only, so that no two can ever need each other."""
    rows = list(rooms)
    assert [room for room in rows if not rooms[room] <= set(rows[: rows.index(room)])] == []


def test_no_modules_import_one_another_in_a_circle():
    """Each module can be read and tested after those that it imports."""
    assert circles(ROOT) == []


def test_student_process_never_loads_the_referee(rooms):
    """No check, reference or score is ever in the memory of the process that runs student code."""
    for room in STUDENTS_SIDE:
        assert rooms[room] <= STUDENTS_SIDE
        source = (ROOT / "autograder" / room / "__init__.py").read_text(encoding="utf-8")
        assert imports(source) == set()


def test_only_a_students_own_notebook_uses_the_player(rooms):
    """No room of the grader loads the student's side: not its shell, and none of what that loads."""
    assert [room for room, allowed in rooms.items() if "player" in allowed] == ["notebook"]
    used = {
        target
        for name, targets in imported_modules(ROOT).items()
        if ".notebook" in name
        for target in targets
    }
    assert used & ONLY_IN_THE_SANDBOX == set()
    assert set(modules_of(ROOT)) >= ONLY_IN_THE_SANDBOX


def test_referee_loads_nothing_of_the_students_side():
    """The same, seen in a process: with the referee neither IPython nor the player is loaded."""
    code = (
        "import sys, autograder.referee.referee, autograder.classroom.class_run; "
        "print([name for name in sys.modules if name.startswith(('IPython', 'autograder.player'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tests_lie_in_the_rooms_of_what_they_test():
    """tests/autograder/<room>/test_<module>.py, or test_<module>_<what>.py, is where the tests of a module are."""
    strays = []
    for path in sorted((ROOT / "tests" / "autograder").rglob("test_*.py")):
        room = path.parent.relative_to(ROOT / "tests" / "autograder")
        modules = [found.stem for found in (ROOT / "autograder" / room).glob("*.py")]
        name = path.stem.removeprefix("test_")
        if not any(name == module or name.startswith(f"{module}_") for module in modules):
            strays.append(str(path.relative_to(ROOT)))
    # the published schema, all steps of nbgrader's cycle together, and all walls together
    together = {"test_schema.py", "nbgrader_bridge/test_steps.py", "sandbox/test_walls.py"}
    assert sorted(strays) == sorted(f"tests/autograder/{name}" for name in together)


def test_table_of_rooms_fits_on_one_screen(rooms):
    """A newcomer sees the whole house at once."""
    assert len(rooms) + 2 <= 25


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


HOUSE = {"wire": set(), "player": {"wire"}, "judge": {"wire"}}


@pytest.mark.parametrize(
    ("name", "source", "imported"),
    [
        ("player/serve.py", "import autograder.judge.verdict", "autograder.judge.verdict"),
        ("player/shell.py", "from autograder.judge import verdict", "autograder.judge.verdict"),
        ("player/serve.py", "def f():\n    from ..judge.verdict import x", "autograder.judge.verdict"),
        ("wire/codec.py", "from autograder.judge.verdict import x", "autograder.judge.verdict"),
        ("errors.py", "from autograder import judge", "autograder.judge"),
        ("attic/box.py", "from autograder.wire import codec", "autograder.wire.codec"),
        (
            "judge/hints.py",
            "if TYPE_CHECKING:\n    from autograder.player.shell import x",
            "autograder.player.shell",
        ),
    ],
)
def test_import_of_a_wrong_room_is_found(tmp_path, name, source, imported):
    """Each spelling is seen, in the ground too, and in a folder without a row; also what only types need."""
    for path in ("judge/__init__.py", "judge/verdict.py", "wire/codec.py", "player/shell.py"):
        write(tmp_path, f"autograder/{path}", "")
    write(tmp_path, f"autograder/{name}", source)
    module = "autograder." + name.removesuffix(".py").replace("/", ".")
    assert wrong_rooms(tmp_path, HOUSE) == [f"{module} imports {imported}"]


def test_import_of_an_allowed_room_is_not_complained_of(tmp_path):
    """A room's own modules, those of its row and the ground."""
    for name in ("errors", "wire/codec", "player/calls"):
        write(tmp_path, f"autograder/{name}.py", "")
    source = "from autograder.errors import Rejected\nfrom autograder.player import calls\nimport numpy\n"
    write(tmp_path, "autograder/player/serve.py", source + "from autograder.wire.codec import encode")
    assert wrong_rooms(tmp_path, HOUSE) == []


def test_circle_is_found(tmp_path):
    """Also one that only types, or an import within a function, close."""
    write(tmp_path, "autograder/judge/a.py", "from autograder.judge.b import x")
    write(tmp_path, "autograder/judge/b.py", "def f():\n    from autograder.judge import c")
    write(tmp_path, "autograder/judge/c.py", "if TYPE_CHECKING:\n    from autograder.judge.a import y")
    assert set(circles(tmp_path)) == {"autograder.judge.a", "autograder.judge.b", "autograder.judge.c"}


def test_table_of_rooms_is_read():
    """The rows of the right table, with what each allows."""
    guide = "| `x` | y | `z` |\n### Rooms of the grader\n| room | is | may |\n|---|---|---|\n"
    guide += (
        "| `wire` | frames | |\n| `player` | `serve` | `wire`, `errors` |\n\n## Next\n| `a` | b | `c` |\n"
    )
    assert rooms_of(guide) == {"wire": set(), "player": {"wire", "errors"}}

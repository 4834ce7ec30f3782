"""The package is cheap to import, modules stand alone where they must, docstrings keep the template."""

import ast
import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kernelwise
from kernelwise.models.catalogue import NETWORKS

FOLDER = Path(kernelwise.__file__).parent
ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
MODULES = sorted(
    module.name.removeprefix("kernelwise.")
    for module in pkgutil.walk_packages([str(FOLDER)], "kernelwise.")
    if not module.ispkg
)
# What a student's code can import: a module or a package, and what the assignments allow beside it for its sake.
SANDBOXED = {"plotting": [], "data": ["arguments"]}
LIGHT = {"numpy", "kernelwise"}
# Networks are classes of their framework: these two packages load it, and nobody else imports them by the way.
HEAVY = {"models.keras_nets": "keras", "models.torch_nets": "torch"}

SECTIONS = ("Args:", "Returns:", "Raises:", "Source:", "Example:")
# Sections that say nothing, which are left out.
NOTHING = ("args: nothing", "returns: nothing", "returns: none.", "raises: nothing", "source: this course")


def run_python(code, folder):
    """Run code in a fresh interpreter that finds its packages in folder first."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()


def public_functions():
    """Every function of every module that has no leading underscore and is defined there."""
    for name in MODULES:
        module = importlib.import_module(f"kernelwise.{name}")
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            if not function_name.startswith("_") and function.__module__ == module.__name__:
                yield pytest.param(function, id=f"{name}.{function_name}")


def test_package_imports_nothing():
    """`import kernelwise` loads no module of ours, not even numpy: a sandbox holds only some of them."""
    code = "import kernelwise; print([m for m in sys.modules if m.startswith('kernelwise.') or m == 'numpy'])"
    assert run_python(code, FOLDER.parent) == ["[]"]


@pytest.mark.parametrize("name", SANDBOXED)
def test_sandboxed_part_works_alone(tmp_path, name):
    """With all the rest of the package away, each of its modules imports, and without matplotlib being loaded."""
    (tmp_path / "kernelwise").mkdir()
    for part in ("__init__", name, *SANDBOXED[name]):
        if (FOLDER / part).is_dir():
            shutil.copytree(FOLDER / part, tmp_path / "kernelwise" / part)
        else:
            shutil.copy(FOLDER / f"{part}.py", tmp_path / "kernelwise")
    for module in [module for module in MODULES if module == name or module.startswith(f"{name}.")]:
        code = f"import kernelwise.{module} as m; print(m.__file__, 'matplotlib' in sys.modules)"
        path = (tmp_path / "kernelwise").joinpath(*module.split(".")).with_suffix(".py")
        assert run_python(code, tmp_path) == [str(path), "False"]


@pytest.mark.parametrize(
    "path", sorted(ASSIGNMENTS.glob("*/assignment.toml")), ids=lambda path: path.parent.name
)
def test_assignments_allow_what_a_sandboxed_part_needs(path):
    """Where an assignment lets students import a part of the course, it allows the modules that this imports."""
    allowed = tomllib.loads(path.read_text(encoding="utf-8"))["allow"]
    for name in [name.removeprefix("kernelwise.") for name in allowed]:
        for needed in SANDBOXED.get(name.partition(".")[0], []):
            assert f"kernelwise.{needed}" in allowed


@pytest.mark.parametrize("name", MODULES)
def test_module_imports_nothing_heavy_when_loaded(name):
    """Their tops import the standard library, numpy and modules of ours; the rest waits for its use."""
    package = name.rpartition(".")[0]
    allowed = sys.stdlib_module_names | LIGHT | ({HEAVY[package]} if package in HEAVY else set())
    for node in ast.parse(
        FOLDER.joinpath(*name.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    ).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for imported in names:
            assert imported.split(".")[0] in allowed
            for heavy in set(HEAVY) - {package}:
                assert not f"{imported}.".startswith(f"kernelwise.{heavy}.")


@pytest.mark.parametrize("package", HEAVY)
def test_networks_of_one_framework_load_no_other(package):
    """Who has time or room for one framework alone can build its networks; TensorFlow counts as Keras."""
    code = f"import kernelwise.{package}; print(*{{'keras', 'tensorflow', 'torch'}} & set(sys.modules))"
    loaded = {"keras": {"keras", "tensorflow"}, "torch": {"torch"}}
    assert set(run_python(code, FOLDER.parent)) == loaded[HEAVY[package]]


def test_models_load_no_framework():
    """The facts of the networks, their twins and their files are at hand without any framework."""
    code = (
        "from kernelwise.models import catalogue, files, twins; print({'keras', 'torch'} & set(sys.modules))"
    )
    assert run_python(code, FOLDER.parent) == ["set()"]


@pytest.mark.parametrize("function", list(public_functions()))
def test_docstring_keeps_the_template(function):
    """Sentence, equation, arguments, result, errors, source and example, in this order; what is empty is left out."""
    text, signature = inspect.getdoc(function), inspect.signature(function)
    lines = text.splitlines()
    assert lines[0].endswith(".")
    assert lines[1] == ""
    headings = [line.split(":")[0] for line in lines if line.startswith(SECTIONS)]
    assert headings == [name.rstrip(":") for name in SECTIONS if name.rstrip(":") in headings]
    assert "Example" in headings
    if function.__name__ not in NETWORKS:  # whose rules stand in the catalogue
        assert not lines[2].startswith(SECTIONS), "the equation follows the first sentence"
    assert ("Returns" in headings) == (signature.return_annotation is not None)
    assert "Raises" in headings or "raise " not in inspect.getsource(function)
    said = re.sub(r"\s+", " ", text).lower()
    assert [nothing for nothing in NOTHING if nothing in said] == []
    documented = text.partition("Args:")[2].partition("Returns:")[0]
    assert [name for name in signature.parameters if name not in documented] == []

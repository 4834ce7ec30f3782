"""The package is cheap to import, modules stand alone where they must, docstrings keep the template."""

import ast
import importlib
import inspect
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kernelwise

FOLDER = Path(kernelwise.__file__).parent
MODULES = sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]) if not module.ispkg)
SANDBOXED = ["plotting"]  # what a student's code can import: nothing of ours beside it


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
def test_sandboxed_module_works_alone(tmp_path, name):
    """With all other modules away, it imports, and without matplotlib being loaded."""
    (tmp_path / "kernelwise").mkdir()
    for file in ("__init__.py", f"{name}.py"):
        shutil.copy(FOLDER / file, tmp_path / "kernelwise")
    code = f"import kernelwise.{name} as m; print(m.__file__, 'matplotlib' in sys.modules)"
    assert run_python(code, tmp_path) == [str(tmp_path / "kernelwise" / f"{name}.py"), "False"]


@pytest.mark.parametrize("name", MODULES)
def test_module_imports_nothing_heavy_when_loaded(name):
    """Their tops import the standard library, numpy and modules of ours; the rest waits for its use."""
    for node in ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8")).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for package in {imported.split(".")[0] for imported in names}:
            assert package in sys.stdlib_module_names | {"numpy", "kernelwise"}


@pytest.mark.parametrize("function", list(public_functions()))
def test_docstring_keeps_the_template(function):
    """Sentence, equation, arguments, result, errors, source and example, in this order."""
    lines = inspect.getdoc(function).splitlines()
    assert lines[0].endswith(".")
    assert lines[1] == ""
    headings = [
        line.split(":")[0]
        for line in lines
        if line.startswith(("Args:", "Returns:", "Raises:", "Source:", "Example:"))
    ]
    assert headings == ["Args", "Returns", "Raises", "Source", "Example"]
    assert lines.index("Args:") > 2, "the equation stands between the first sentence and Args"
    documented = inspect.getdoc(function).split("Args:")[1].split("Returns:")[0]
    assert [name for name in inspect.signature(function).parameters if name not in documented] == []

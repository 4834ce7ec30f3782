"""When a page must run again, and running it: two at a time, each in a process of its own.

The outputs of a page depend on its cells, on the code that they import and on the installed packages. So that
is the page's key: its cells, the Python of each module of ours that they import, at whatever distance, but
without comments and docstrings, the data beside those modules, files that a cell names, and the lock. A page
runs where its key is not that of its kept run; a change anywhere else runs nothing.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
AT_A_TIME = 2
PATH_AT_MOST = 200
DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A page with cells.

    Attributes:
        name: as the table of contents has it, such as "book/data".
        path: of its MyST file.
        notebook: what was read of it; without outputs.
        key: of its cells and all that they depend on.
    """

    name: str
    path: Path
    notebook: NotebookNode
    key: str


def read_pages(root: Path, names: Iterable[str], extensions: Iterable[str]) -> list[Page]:
    """Read the pages that have cells.

    Args:
        root: holds the pages, `src/` and the lock.
        names: of pages, without the ending.
        extensions: of MyST, as the book's configuration enables them.
    """
    config = MdParserConfig(enable_extensions=set(extensions))
    pages = []
    for name in names:
        path = root / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        if is_myst_markdown_notebook(text):
            notebook = read_myst_markdown_notebook(text, config=config, add_source_map=True, path=path)
            pages.append(Page(name, path, notebook, key(root, path.parent, notebook)))
    return pages


def key(root: Path, folder: Path, notebook: NotebookNode) -> str:
    """Return the key of a page that lies in `folder`."""
    total = hashlib.sha256()

    def add(name: str, content: bytes) -> None:
        total.update(f"{name}\0{len(content)}\0".encode() + content)

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        add("cell", cell.source.rstrip().encode())  # options add or take a last newline
        add("tags", json.dumps(sorted(cell.metadata.get("tags", ()))).encode())
    add("kernel", json.dumps(notebook.metadata.get("kernelspec", {}), sort_keys=True).encode())
    source = "\n".join(MAGIC.sub("", cell.source) for cell in cells)
    modules = imported(source, (folder, root / "src"))
    for path in modules:
        add(path.relative_to(root).as_posix(), meaning(path.read_text(encoding="utf-8")).encode())
    for path in sorted({*data_beside(modules, root / "src"), *named(source, folder, root)}):
        add(str(path.name), path.read_bytes())
    lock = root / "requirements.lock"
    add("packages", lock.read_bytes() if lock.exists() else b"")
    add("python", repr(sys.version_info[:2]).encode())
    return total.hexdigest()


def imported(source: str, roots: tuple[Path, ...], package: str = "") -> list[Path]:
    """Return the files below the roots that a program imports, themselves or through others.

    Args:
        source: of the program; magics taken out.
        roots: folders in which modules are looked for, in this order.
        package: that the program is a module of, for relative imports.
    """
    found: dict[Path, None] = {}
    waiting = list(module_names(source, package))
    while waiting:
        name = waiting.pop()
        for path, own in module_files(name, roots):
            if path not in found:
                found[path] = None
                waiting += module_names(path.read_text(encoding="utf-8"), own)
    return sorted(found)


def module_names(source: str, package: str) -> Iterator[str]:
    """Yield the dotted names that a program may import: of `from a import b` both a and a.b."""
    for node in ast.walk(parsed(source)):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                base = ".".join([*parents, *([node.module] if node.module else [])])
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)


def module_files(name: str, roots: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Yield the file of a module and those of the packages around it, each with its own package's name."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        place = "/".join(parts[:end])
        for root in roots:
            if (path := root / f"{place}.py").is_file():
                yield path, ".".join(parts[: end - 1])
                break
            if (path := root / place / "__init__.py").is_file():
                yield path, ".".join(parts[:end])
                break


def meaning(source: str) -> str:
    """Return what a module does, whatever its comments, docstrings and layout."""
    tree = parsed(source)
    for node in ast.walk(tree):
        has_docstring = isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None
        if has_docstring:
            node.body = node.body[1:]
    return ast.dump(tree)


def parsed(source: str) -> ast.Module:
    """Return the tree of a program; of one that is none, what its text as a whole says."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([ast.Assign([ast.Name("text", ast.Store())], ast.Constant(source))], [])


def data_beside(modules: Iterable[Path], source_root: Path) -> Iterator[Path]:
    """Yield the data files of the packages that modules below `source_root` lie in."""
    for folder in {path.parent for path in modules if path.is_relative_to(source_root)}:
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                yield path


def named(source: str, folder: Path, root: Path) -> Iterator[Path]:
    """Yield the files below `root` that a text in the program names, as seen from `folder`."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isprintable():
            path = (folder / node.value[:PATH_AT_MOST]).resolve()
            if path.is_relative_to(root.resolve()) and path.is_file():
                yield path


def run_stale(pages: Iterable[Page], kept: Path, timeout: int, environment: dict[str, str]) -> list[Page]:
    """Run the pages whose kept run has another key, two at a time, and keep what they print and draw.

    Args:
        kept: folder of the kept runs; those of other pages are removed.
        timeout: seconds for a cell.
        environment: of the processes.
    Returns:
        the pages that failed; the words of each are on stderr.
    """
    pages = list(pages)
    kept.mkdir(parents=True, exist_ok=True)
    for path in set(kept.iterdir()) - {kept_run(kept, page) for page in pages}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    stale = [page for page in pages if kept_key(kept_run(kept, page)) != page.key]
    if stale:
        names = ", ".join(page.name for page in stale)
        print(f"running {len(stale)} of {len(pages)} pages: {names}", flush=True)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        passed = pool.map(lambda page: run(page, kept_run(kept, page), timeout, environment), stale)
        return [page for page, ok in zip(stale, passed, strict=True) if not ok]


def kept_run(kept: Path, page: Page) -> Path:
    return kept / f"{page.name.replace('/', '-')}.ipynb"


def kept_key(path: Path) -> str | None:
    if not path.exists():
        return None
    return json.loads(path.read_text(encoding="utf-8"))["metadata"].get("key")


def run(page: Page, path: Path, timeout: int, environment: dict[str, str]) -> bool:
    """Run a page and keep it under `path`; return whether all of its cells did."""
    notebook = deepcopy(page.notebook)
    notebook.metadata["key"] = page.key
    draft = path.with_suffix(".part")
    nbformat.write(notebook, draft)
    command = [
        sys.executable,
        "-m",
        "book.machinery.execute",
        str(draft),
        str(page.path.parent),
        str(timeout),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(f"{page.path}:\n{done.stdout}{done.stderr}", file=sys.stderr, flush=True)
        draft.unlink(missing_ok=True)
        return False
    os.replace(draft, path)
    return True


def fill_cache(pages: Iterable[Page], kept: Path, cache_folder: Path) -> None:
    """Make the cache in which Jupyter Book looks for the outputs of pages: those of the kept runs."""
    shutil.rmtree(cache_folder, ignore_errors=True)
    cache = get_cache(str(cache_folder))
    for page in pages:
        outputs = nbformat.read(kept_run(kept, page), as_version=4)
        notebook = deepcopy(page.notebook)
        notebook.metadata["language_info"] = outputs.metadata.get("language_info", {})
        ran = (cell for cell in outputs.cells if cell.cell_type == "code")
        for cell in notebook.cells:
            if cell.cell_type == "code":
                played = next(ran)
                cell.outputs, cell.execution_count = played.outputs, played.execution_count
        bundle = CacheBundleIn(notebook, str(page.path), data={})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def cached(cache_folder: Path) -> int:
    """Return how many runs the cache has."""
    return len(get_cache(str(cache_folder)).list_cache_records())

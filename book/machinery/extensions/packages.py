"""Sphinx extension: print the Python and the packages that answers are graded with, from the lock.

    {graded-python}`version`       in a sentence: the Python of this course's environment
    ```{graded-packages}           those that answers import, then all others, folded

The sandbox offers every package of the lock: it shows the environment that these pages were built with.
"""

import platform
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from packaging.requirements import Requirement
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

LOCK = Path(__file__).resolve().parents[3] / "requirements.lock"
# What a course like this one imports, by the names in the lock; the rest is what these stand on, and tools.
OF_ANSWERS = (
    *("numpy", "scipy", "pandas", "matplotlib", "pillow", "scikit-image", "scikit-learn", "sympy"),
    *("networkx", "h5py", "safetensors", "torch", "tensorflow", "tensorflow_cpu", "keras", "tqdm"),
    *("ipywidgets", "joblib"),
)


def pinned(lock: Path = LOCK) -> dict[str, str]:
    """Return the version of each package of the lock that this machine installs, by name."""
    lines = [line.partition("#")[0].strip() for line in lock.read_text(encoding="utf-8").splitlines()]
    found = [Requirement(line) for line in lines if line]
    return {each.name: str(each.specifier)[2:] for each in found if not each.marker or each.marker.evaluate()}


class GradedPython(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self.env.note_dependency(str(LOCK))
        return [nodes.Text(platform.python_version())], []


class GradedPackages(SphinxDirective):
    """A table of what answers import, and a folded one of all others."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(LOCK))
        found = pinned()
        first = {name: found[name] for name in OF_ANSWERS if name in found}
        others = {name: version for name, version in found.items() if name not in first}
        text = [
            *_table(first),
            "",
            f":::{{dropdown}} All other packages ({len(others)})",
            *_table(others),
            ":::",
        ]
        page = nodes.Element()
        self.state.nested_parse(StringList(text), self.content_offset, page)
        return page.children


def _table(versions: dict[str, str]) -> list[str]:
    return ["| package | version |", "|---|---|", *(f"| `{name}` | {v} |" for name, v in versions.items())]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_role("graded-python", GradedPython())
    app.add_directive("graded-packages", GradedPackages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

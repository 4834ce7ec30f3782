"""The machine that a benchmark ran on, and the file that its result goes to."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
PACKAGES = ["numpy", "scipy", "torch", "tensorflow-cpu", "keras", "matplotlib", "pillow"]


def describe() -> dict[str, str]:
    """Return processor, cores that this process may use, memory, and the versions of what is installed."""
    found = {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def write_results(name: str, title: str, header: list[str], rows: list[list[str]], notes: list[str]) -> Path:
    """Write a table as results/<name>.md, with notes and the machine, and return the file.

    The first column holds words, the others numbers.
    """
    lines = [["---"] + ["---:"] * (len(header) - 1), *rows]
    table = [f"| {' | '.join(line)} |" for line in [header, *lines]]
    told = [f"- {note}" for note in notes]
    machine = [f"- {what}: {value}" for what, value in describe().items()]
    parts = [[f"# {title}"], table, told, ["Measured on:"], machine]
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.md"
    text = "\n\n".join("\n".join(part) for part in parts if part)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _processor() -> str:
    """Return the processor's name; Linux tells it in a file, other systems their own way."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"

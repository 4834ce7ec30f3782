"""Packages of which a part is missing: what a set-up leaves that was killed or found the disk full.

pip takes a package for installed as soon as its description lies there, so that it would never mend one.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path


def forget_broken(site_packages: Path) -> list[str]:
    """Remove the description of every package whose files are not all there in full; return their names."""
    broken = [folder for folder in sorted(site_packages.glob("*.dist-info")) if not _is_whole(folder)]
    for folder in broken:
        shutil.rmtree(folder)
    for rest in site_packages.glob("~*"):  # what pip had put aside when it was stopped
        shutil.rmtree(rest, ignore_errors=True)
    return [folder.name.removesuffix(".dist-info").rpartition("-")[0] for folder in broken]


def _is_whole(folder: Path) -> bool:
    """Compare a package's list of files, which is written last, with what lies there."""
    record = folder / "RECORD"
    try:
        with record.open(encoding="utf-8", newline="") as lines:
            for name, _, size in csv.reader(lines):
                path = folder.parent / name
                # what was compiled after the installation is listed without a size, and may be gone
                if size and (not path.is_file() or path.stat().st_size != int(size)):
                    return False
    except (OSError, ValueError):
        return False
    return (folder / "METADATA").is_file()

"""What a warm process and its players are given: files that they see, limits, environment variables."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from autograder.assignment.definition import Assignment
from autograder.errors import InfrastructureError, UsageError
from autograder.sandbox.limits import Limits


def view_and_limits(assignment: Assignment, rung: int, preload: Collection[str]) -> dict[str, Any]:
    """Return the plan for a warm process: what its players see, and what they may use.

    Raises:
        UsageError: the assignment allows a module that is not installed.
    """
    budget = assignment.budget
    read_only = [
        path for path in dict.fromkeys((sys.base_prefix, sys.prefix)) if not path.startswith("/usr/")
    ]
    read_only = [path for path in read_only if path != "/usr"]
    packages = {name.partition(".")[0] for name in assignment.allow} | {"autograder"}
    hidden = [str(Path(folder)) for name in sorted(packages) for folder in _package_folders(name)]
    # above all that the referee allows: it judges, and the kernel is there should it fail
    limits = Limits(memory_mb=budget.memory_mb, cpu_seconds=int(5 * budget.submission_seconds) + 1)
    return {
        "rung": rung,
        "preload": list(preload),
        "view": {
            "read_only": read_only,
            "hidden": [*hidden, str(assignment.folder)],
            "course": _allowed_modules(assignment),
            "files": {name: str(assignment.folder / name) for name in assignment.files},
        },
        "limits": asdict(limits),
        "output_bytes": budget.output_kb << 10,
    }


def _allowed_modules(assignment: Assignment) -> dict[str, str]:
    """Return {path below /course: file} for the modules that answers may import, and the packages they lie
    in."""
    files: dict[str, str] = {}
    for name in assignment.allow:
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            spec = importlib.util.find_spec(".".join(parts[:end]))
            if spec is None or spec.origin is None:
                raise UsageError(f"{assignment.id} allows the module {name!r}, which is not installed")
            place = "/".join(parts[:end])
            inside = place + "/__init__.py" if spec.submodule_search_locations else place + ".py"
            files[inside] = spec.origin
    return files


def _package_folders(name: str) -> list[str]:
    spec = importlib.util.find_spec(name)
    return list(spec.submodule_search_locations or []) if spec else []


def clean_environment() -> dict[str, str]:
    """Return the variables of a warm process: nothing of the grader's own, one thread each, no graphics card,
    nothing random.

    Raises:
        InfrastructureError: there is no folder for caches.
    """
    cache = Path(platformdirs.user_cache_dir("autograder")) / "matplotlib"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfrastructureError(
            f"no cache folder {cache} ({error.strerror}); set XDG_CACHE_HOME to one"
        ) from error
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": "/submission",
        "USER": "student",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "1",
        # pools as large as the machine would count against the sandbox's limit of processes
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "KERAS_BACKEND": "tensorflow",
        # compiling takes a submission's time and disk; the numbers of a model are the same without
        "TORCHDYNAMO_DISABLE": "1",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(cache),
        "IPYTHONDIR": "/tmp/ipython",
        "TMPDIR": "/tmp",
    }

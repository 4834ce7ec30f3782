"""TensorFlow and the CUDA build of torch in one process, imported in any order.

TensorFlow (from 2.20 on) makes its symbols those of the whole process, among them the LLVM within it. Triton,
which the CUDA build of torch loads with its first optimizer, has another LLVM, finds TensorFlow's first, and
crashes (https://github.com/tensorflow/tensorflow/issues/124205). TensorFlow keeps its symbols to itself where
its own module `pywrap_dlopen_global_flags` cannot be imported, as in builds that lack it.
"""

from __future__ import annotations

import importlib.machinery
import sys
from typing import Any

FLAGS = "tensorflow.python.pywrap_dlopen_global_flags"


def keep_local() -> None:
    """Make TensorFlow keep its symbols to itself; where it is loaded already, make torch do without Triton.

    Without Triton only `torch.compile` is slower or, on a graphics card, impossible.
    """
    modules: dict[str, Any] = sys.modules  # None says that a module cannot be imported
    if "tensorflow" not in modules:
        modules.setdefault(FLAGS, None)
    elif modules.get(FLAGS) is not None and "triton" not in modules and _is_installed("triton"):
        modules["triton"] = None


def _is_installed(name: str) -> bool:
    return importlib.machinery.PathFinder.find_spec(name) is not None

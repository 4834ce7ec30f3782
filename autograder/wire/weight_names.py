"""How files of weights are named: safetensors for PyTorch, `.weights.h5` for Keras, beside the notebook."""

from __future__ import annotations

SUFFIXES = {"torch": ".safetensors", "keras": ".weights.h5"}
TITLES = {"torch": "PyTorch", "keras": "Keras"}
FOLDER = "weights"


def file_name(question: str, framework: str) -> str:
    """Return the name of a file of weights, relative to the submission."""
    return f"{FOLDER}/{question}{SUFFIXES[framework]}"

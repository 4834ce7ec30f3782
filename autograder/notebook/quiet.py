"""Progress bars and logs of libraries are kept out of what a check says."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet(number: int) -> Iterator[None]:
    """Throw away what is written to stdout (1) or stderr (2), also by a library in C such as TensorFlow."""
    redirected = {1: contextlib.redirect_stdout, 2: contextlib.redirect_stderr}[number]
    stream = {1: sys.stdout, 2: sys.stderr}[number]
    with contextlib.suppress(Exception):  # what was printed before is shown
        stream.flush()
    before = os.dup(number)
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
        with redirected(io.StringIO()):
            yield
    finally:
        os.dup2(before, number)
        os.close(before)


@contextlib.contextmanager
def without_progress() -> Iterator[None]:
    """Have Keras, where it is loaded, print no bar for each epoch."""
    keras = sys.modules.get("keras")
    shown = keras is not None and keras.config.is_interactive_logging_enabled()
    if keras is not None:
        keras.config.disable_interactive_logging()
    try:
        yield
    finally:
        if keras is not None and shown:
            keras.config.enable_interactive_logging()

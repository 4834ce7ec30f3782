"""An IPython shell that runs the cells of a notebook without a kernel: magics, rich outputs, figures,
tracebacks.

A kernel costs over a second a notebook; this costs milliseconds, and behaves the same for what a course
needs.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type, observe
from traitlets.config import Config

from autograder.wire.failures import Failure, failure

INLINE = "module://matplotlib_inline.backend_inline"
# Backends of matplotlib that write files and open no window.
_OF_FILES = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}
# What these fail with is the fault of the place, not of the notebook: an extension, a conda, a folder that
# is elsewhere.
_OF_THE_PLACE = {"load_ext", "reload_ext", "conda", "mamba", "micromamba", "rehashx"}


class _Result(DisplayHook):
    """Keeps the value of a cell's last line instead of printing it."""

    def write_output_prompt(self) -> None:
        """There is no prompt."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        """Keep the formatted value."""
        self.shell.last_result = dict(format_dict)


class NotebookShell(InteractiveShell):
    """The shell of one notebook."""

    displayhook_class = Type(_Result)
    display_pub_class = Type(CapturingDisplayPublisher)
    last_result: dict | None = None
    last_failure: Failure | None = None
    kernel = types.SimpleNamespace()  # libraries ask whether there is one

    def init_ipython_dir(self, ipython_dir: str) -> None:
        """Keep no folder: nothing is written outside the sandbox, and nothing of the grader's own read."""
        self.ipython_dir = os.path.join(os.devnull, "ipython")

    @observe("ipython_dir")
    def _ipython_dir_changed(self, change: Any) -> None:
        """Make no folder of that name, as IPython would: an ordinary user could not."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """Keep no profile, and what magics store in it (`%cd`: where one was) in memory."""
        self.db: dict[str, Any] = {}

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window to open."""

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """Show figures inline, whatever window is asked for: nobody looks at it."""
        return super().enable_matplotlib("inline")

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """Run `%name line`. What is not there warns and the cell goes on: it may be there at home."""
        try:
            return super().run_line_magic(magic_name, line, _stack_depth=_stack_depth + 1)
        except UsageError as error:
            return _warn(error)
        except Exception as error:
            if magic_name not in _OF_THE_PLACE:
                raise
            return _warn(error)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """Run `%%name line`; as `run_line_magic`."""
        try:
            return super().run_cell_magic(magic_name, line, cell)
        except UsageError as error:
            return _warn(error)

    def ask_exit(self) -> None:
        """`exit` in a cell ends nothing: the other cells still count."""

    def system(self, cmd: str) -> None:
        """Run `!cmd` and print what it printed; IPython's own way needs a terminal."""
        done = subprocess.run(
            cmd, shell=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
        )
        print(done.stdout, end="")
        print(done.stderr, end="", file=sys.stderr)
        self.user_ns["_exit_code"] = done.returncode

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """Keep no copy of what is printed: IPython's own, for its history, grows without a limit."""
        yield

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.last_failure = failure(evalue, "\n".join(stb))


def _warn(error: Exception) -> None:
    print(f"{type(error).__name__}: {error}\nThe cell goes on without it.", file=sys.stderr)


def new_shell(namespace: dict[str, Any] | None = None) -> NotebookShell:
    """Make the shell of this process. It writes no history and starts no thread."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.xmode = "Plain"
    NotebookShell.clear_instance()
    shell = NotebookShell.instance(config=config, user_ns=namespace)
    if "matplotlib" in sys.modules:
        from matplotlib_inline.backend_inline import configure_inline_support

        configure_inline_support(shell, INLINE)
    if "matplotlib.pyplot" in sys.modules:
        _stay_inline(sys.modules["matplotlib.pyplot"])
    return shell


def _stay_inline(pyplot: Any) -> None:
    """Have `matplotlib.use("TkAgg")` and its likes change nothing: there is no screen."""
    switch_backend = pyplot.switch_backend
    if not hasattr(switch_backend, "__wrapped__"):

        @functools.wraps(switch_backend)
        def stay(newbackend: str) -> None:
            switch_backend(newbackend if str(newbackend).lower() in _OF_FILES else INLINE)

        pyplot.switch_backend = stay


def run_cell(shell: NotebookShell, source: str) -> tuple[list[dict[str, Any]], Failure | None, list[str]]:
    """Run one cell.

    Returns:
        Its rich outputs as nbformat-like dictionaries (streams are the caller's business); the failure that
        ended it, or None; and the names of what it changed in the way later cells are read, which has been
        set right again.
    """
    shell.last_result = shell.last_failure = None
    shell.display_pub.outputs.clear()
    transformers = _Transformers(shell)
    ended: Failure | None = None
    try:
        result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            ended = shell.last_failure or failure(error)
    except BaseException as error:
        ended = failure(error)
    outputs = [{"output_type": "display_data", "data": dict(o["data"])} for o in shell.display_pub.outputs]
    if shell.last_result is not None:
        outputs.append({"output_type": "execute_result", "data": shell.last_result})
    return outputs, ended, transformers.restore()


class _Transformers:
    """The functions that IPython passes the text and the tree of later cells through."""

    def __init__(self, shell: NotebookShell) -> None:
        manager = shell.input_transformer_manager
        self._shell, self._manager = shell, manager
        self._lists = {
            "input transformers": [
                (owner, name, list(getattr(owner, name)))
                for owner, name in (
                    (manager, "cleanup_transforms"),
                    (manager, "line_transforms"),
                    (manager, "token_transformers"),
                    (shell, "input_transformers_post"),
                )
            ],
            "AST transformers": [(shell, "ast_transformers", list(shell.ast_transformers))],
        }
        readers = ((shell, "transform_cell"), (shell, "run_cell"), (manager, "transform_cell"))
        self._methods = [(owner, name, getattr(type(owner), name)) for owner, name in readers]

    def restore(self) -> list[str]:
        """Set right what a cell changed, and return what that was. Only input transformers can change what is
        read."""
        changed = []
        if self._shell.input_transformer_manager is not self._manager:
            self._shell.input_transformer_manager = self._manager
            changed.append("input transformers")
        for what, lists in self._lists.items():
            for owner, name, before in lists:
                if list(getattr(owner, name)) != before:
                    setattr(owner, name, list(before))
                    changed.append(what)
        for owner, name, before in self._methods:
            if owner.__dict__.pop(name, None) or getattr(type(owner), name) is not before:
                setattr(type(owner), name, before)
                changed.append("input transformers")
        return sorted(set(changed))

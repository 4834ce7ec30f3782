"""Progress: a bar in a terminal, a line an epoch elsewhere, nothing where it is not wanted."""

import sys
from types import TracebackType
from typing import Any


class Progress:
    """Shows how far a training is; use it in a with statement."""

    def __init__(self, steps: int, *, shown: bool) -> None:
        self._steps, self._shown = steps, shown
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        """Start the bar, where standard output is a terminal."""
        if self._shown and sys.stdout.isatty():
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
            self._task = self._bar.add_task("epoch 1", total=self._steps)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.stop()

    def advance(self) -> None:
        """One step is done."""
        if self._bar is not None:
            self._bar.advance(self._task)

    def report(self, line: str) -> None:
        """One epoch is done, and this is its line."""
        if self._bar is not None:
            self._bar.update(self._task, description=line)
        elif self._shown:
            print(line, flush=True)

"""The journal of one class run: the truth from which every `result.json` is written.

One line of JSON a graded submission, appended and synchronised by the one process that holds the lock. A line
is complete or it does not count. So the same command continues a run that was killed at any moment: at worst
the last few submissions are graded anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType

from autograder.errors import UsageError
from autograder.result import Result

SYNC_SECONDS = 0.2


class Journal:
    """Results of one assignment in one results folder; a context manager.

    Attributes:
        path: the JSONL file, `<results>/<assignment>/journal.jsonl`.
        latest: student → (key, result), as the newest line of that student says.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal, create it where missing, and cut off a last line that was torn by a kill.

        Raises:
            UsageError: the file cannot be written, another grader holds it, or a line is no result of ours.
        """
        self.path = path
        self.latest: dict[str, tuple[str, Result]] = {}
        self._synced_at = time.monotonic()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise UsageError(f"cannot write results in {path.parent}: {error.strerror}") from error
        try:
            self._lock()
            self._end = self._read()
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def is_done(self, student: str, key: str) -> bool:
        """Tell whether this very submission has its grade; a fault of ours is none."""
        known_key, result = self.latest.get(student, ("", None))
        return result is not None and known_key == key and result.status != "infrastructure_error"

    def append(self, key: str, result: Result) -> None:
        """Add a result; within `SYNC_SECONDS` or at `close` it is on the disk.

        Raises:
            UsageError: the disk is full or refuses to be written; the journal is left without the torn line.
        """
        record = {"key": key, "result": result.to_json()}
        line = json.dumps(record, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):  # the disk is filling up: the second write says so
                os.write(self._descriptor, line[written:])
            if time.monotonic() - self._synced_at > SYNC_SECONDS:
                os.fsync(self._descriptor)
                self._synced_at = time.monotonic()
        except OSError as error:
            os.ftruncate(self._descriptor, self._end)
            raise UsageError(f"cannot write results in {self.path.parent}: {error.strerror}") from error
        self._end += len(line)
        self.latest[result.student] = (key, result)

    def close(self) -> None:
        """Synchronise and give the lock back. A second call does nothing."""
        if self._descriptor >= 0:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = (
                f"another grader is writing {self.path}: wait for it, or choose another --results folder"
            )
            raise UsageError(message) from error

    def _read(self) -> int:
        """Read every complete line, cut off what follows the last one, and return the length in bytes."""
        content = self.path.read_bytes()
        end = content.rfind(b"\n") + 1
        if end < len(content):
            os.ftruncate(self._descriptor, end)
        for number, line in enumerate(content[:end].splitlines(), start=1):
            try:
                record = json.loads(line)
                result = Result.from_json(record["result"])
                self.latest[result.student] = (str(record["key"]), result)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                message = (
                    f"{self.path}, line {number} is no result of this version ({error}): move the file away"
                )
                raise UsageError(message) from error
        return end

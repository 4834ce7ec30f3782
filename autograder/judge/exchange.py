"""The way to the student's process, whichever that is: the sandbox's, or that of the student's notebook."""

from __future__ import annotations

from typing import Any, Protocol


class Exchange(Protocol):
    """The way to the student's process.

    Attributes:
        generation: number of the present process; a handle means nothing to another one.
        told: whether that process was given anything of a check.
    """

    generation: int
    told: bool

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request (`wire.requests`) and return the reply, which is a stranger's."""

    def renew(self) -> None:
        """Give up the process; the next request goes to a fresh one, where there can be one."""

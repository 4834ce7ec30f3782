"""What went wrong in the student's process, as it crosses: built in one place, with one set of caps."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHARACTERS, MESSAGE_CHARACTERS, TRACEBACK_CHARACTERS = 200, 2000, 20_000
# Of the outputs of a cell.
OUTPUTS_AT_MOST = 50
# What the stub of an answer raises until it is replaced.
NOT_ANSWERED = "NotImplementedError"
# A private kind of SyntaxError that Python 3.13 has for a cell that ends too early.
_UNFINISHED = "_IncompleteInputError"


@dataclass(frozen=True)
class Failure:
    """An exception that ended a cell or a call: its type's name, its text, and the traceback as text.

    Each is cut to its cap: of the type and the text the beginning is kept, of the traceback the end.
    """

    type_name: str
    message: str
    traceback: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "type_name", self.type_name[:TYPE_CHARACTERS])
        object.__setattr__(self, "message", self.message[:MESSAGE_CHARACTERS])
        object.__setattr__(self, "traceback", self.traceback[-TRACEBACK_CHARACTERS:])

    def record(self) -> dict[str, str]:
        """Return it as it crosses, for the key "failure" of a reply."""
        return {"type": self.type_name, "message": self.message, "traceback": self.traceback}


def failure(error: BaseException, traceback: str = "") -> Failure:
    """Describe an exception of which nothing can be trusted, not even that it can be turned into text."""
    try:
        message = str(error)
    except BaseException:
        message = "(the exception cannot be turned into text)"
    kind = str(type(error).__name__)
    if kind == _UNFINISHED and isinstance(error, SyntaxError):
        kind, traceback = SyntaxError.__name__, traceback.replace(_UNFINISHED, SyntaxError.__name__)
    return Failure(kind, message, traceback)

"""The ways in which something can end early, kept apart because each is someone else's fault."""


class UsageError(Exception):
    """The caller asked for something that cannot be done. One clear line and exit status 2, never a
    traceback."""


class Rejected(Exception):
    """A file is no usable submission. The student gets score 0 and this reason."""


class InfrastructureError(Exception):
    """We failed, not the student. The submission is reported as not graded, and never as a zero."""


class PlayerDied(BaseException):
    """The player is gone. Not an Exception, so that no check and no library in between takes it for a
    student's error.

    `kind` is a check status ("timeout", "crashed" or "protocol_error"), `message` a sentence for the student,
    `alone` whether it was a time-out of one thread, in which nothing that was started before had a part, and
    `age` the seconds that the player had lived. `place` is where the student's code then was, in its own
    words: no hidden check shows it.
    """

    def __init__(
        self, kind: str, message: str, alone: bool = False, age: float = 0.0, place: str = ""
    ) -> None:
        super().__init__(message)
        self.kind, self.message, self.alone, self.age, self.place = kind, message, alone, age, place

    @property
    def told(self) -> str:
        """The message, and the place where it is known."""
        return f"{self.message} It was {self.place}" if self.place else self.message

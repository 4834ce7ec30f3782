"""The referee's end of the sandbox: start the warm process, have players forked, talk to one, end it.

A warm process dies with the *thread* that started it (the kernel sends its death signal by thread), so start
it from one that lives as long as the grading.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from typing import Any, NamedTuple

from autograder import PACKAGE
from autograder.assignment.definition import Assignment
from autograder.errors import InfrastructureError, PlayerDied
from autograder.judge.replies import readable
from autograder.referee.equipment import clean_environment, view_and_limits
from autograder.sandbox import rungs
from autograder.sandbox.limits import (
    is_alone,
    is_asleep,
    memory_in_use,
    processor_seconds,
    threads_and_children,
)
from autograder.wire import codec, frames
from autograder.wire.failures import PLACE_CHARACTERS
from autograder.wire.requests import PLACE_SECONDS, PLACE_SIGNAL

START_SECONDS = 120.0
SPAWN_SECONDS = 20.0
# How much wall time passes at most for each second that a player may work: on a busy machine it waits for its
# turn, and that is nobody's fault.
WALL = 5.0
_ENDED = "It ended the Python process, by an exit or a crash."
# For the student, and without any detail: a student chooses those, and could write a hidden input into them.
_DISTURBED = "It disturbed the exchange with the grader."
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.player.zygote import main; "
    "sys.path.pop(0); main()"
)


class Deadline(NamedTuple):
    """When a player's time is up.

    Attributes:
        wall: seconds on `time.monotonic`.
        work: seconds on the player's own clock.
    """

    wall: float
    work: float = float("inf")


class PlayerProcess:
    """One sandboxed process that holds one submission's notebook.

    It has a clock of its own, which the referee keeps: processor time while it works, of all its threads and
    children together, and wall time while it is asked for something and sleeps. Waiting for a processor that
    others use does not count, so that the same submission takes the same time on a busy machine.
    """

    def __init__(self, sock: socket.socket, pidfd: int, zygote: Zygote) -> None:
        self._sock, self._pidfd, self._zygote = sock, pidfd, zygote
        self._pid = _pid_of(pidfd)
        self._memory_limit = zygote.memory_bytes
        self._baseline = 0
        self._next_look = 0.0
        self._born = self._looked = time.monotonic()
        self._used = self._processor = self._read = 0.0
        self._work = float("inf")

    def greet(self) -> None:
        """Wait until the player has locked itself in.

        Raises:
            InfrastructureError: it could not.
        """
        try:
            reply = frames.receive(self._sock, time.monotonic() + SPAWN_SECONDS)
        except (frames.ProtocolError, frames.Closed, frames.DeadlineExceeded) as error:
            raise InfrastructureError(f"the sandbox did not start: {type(error).__name__} {error}") from error
        if reply != {"ready": True}:
            raise InfrastructureError(f"the sandbox did not start: {reply.get('error', reply)}")
        self._baseline = memory_in_use(self._pid)

    @property
    def age(self) -> float:
        """Seconds of wall time since it was made."""
        return time.monotonic() - self._born

    def clock(self) -> float:
        """Return the seconds that it has used, as they were 25 ms ago at worst: to look takes time too."""
        # when it is closed, its number may be another process's
        if self._pidfd >= 0 and time.monotonic() - self._read >= frames.TICK_SECONDS:
            self._used += self._worked()
        return self._used

    def deadline(self, seconds: float) -> Deadline:
        """Return the end of so many seconds from now."""
        return Deadline(time.monotonic() + WALL * seconds, self.clock() + seconds)

    def remains(self) -> frozenset[int]:
        """Return the ids of its threads and children."""
        return threads_and_children(self._pid)

    def ask(self, request: dict[str, Any], wall: float, work: float = float("inf")) -> dict[str, Any]:
        """Send a request and return its reply.

        Args:
            wall, work: as in `Deadline`.
        Raises:
            PlayerDied: the player ended, was too slow, used too much memory, or answered something else; it
                is dead now.
            InfrastructureError: the warm process is gone, or the request cannot be sent.
        """
        identity = secrets.token_bytes(16)
        self._looked, self._work = time.monotonic(), work
        try:
            if frames.pending(self._sock):
                raise frames.ProtocolError("something arrived that nobody had asked for")
            frames.send(self._sock, {**request, "id": identity}, wall, self._watch)
            reply = frames.receive(self._sock, wall, self._watch)
            answers = reply.pop("id", None) if type(reply) is dict else None
            if type(answers) is not bytes or answers != identity:  # an array would be compared one by one
                raise frames.ProtocolError("a reply to something else arrived")
            return reply
        except codec.CodecError as error:
            raise InfrastructureError(f"a check sends what cannot be sent: {error}") from error
        except frames.DeadlineExceeded:
            alone = is_alone(self._pid)
            place = self._place()
            raise self._end("timeout", "It took too long and was stopped.", alone, place=place) from None
        except frames.ProtocolError as error:
            raise self._end("protocol_error", _DISTURBED) from error
        except frames.Closed:
            self._zygote.require_alive()
            raise self._end("crashed", _ENDED) from None

    def trouble(self, seconds: float) -> PlayerDied | None:
        """Return the player's death if it writes or ends within `seconds`, unasked; or None."""
        if not frames.pending(self._sock, seconds):
            return None
        if frames.has_more(self._sock):
            return self._end("protocol_error", _DISTURBED)
        return self._end("crashed", _ENDED)

    def close(self) -> None:
        """Kill the player and everything that it started, and wait until it is gone."""
        if self._pidfd < 0:
            return
        self._used += self._worked()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        poller = select.poll()
        poller.register(self._pidfd, select.POLLIN)
        poller.poll(SPAWN_SECONDS * 1000)
        os.close(self._pidfd)
        self._pidfd = -1
        self._sock.close()

    def _place(self) -> str:
        """Ask a player that took too long where its code is: a stranger's words, or nothing."""
        with contextlib.suppress(OSError, frames.ProtocolError, frames.Closed, frames.DeadlineExceeded):
            signal.pidfd_send_signal(self._pidfd, PLACE_SIGNAL)
            reply = frames.receive(self._sock, time.monotonic() + PLACE_SECONDS)
            if type(reply) is dict and reply.keys() == {"place"}:
                return readable(reply["place"])[:PLACE_CHARACTERS]
        return ""

    def _end(self, kind: str, message: str, alone: bool = False, place: str = "") -> PlayerDied:
        age = self.age
        self.close()
        return PlayerDied(kind, message, alone, age, place)

    def _watch(self) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + frames.TICK_SECONDS
        most = self._baseline + self._memory_limit
        if memory_in_use(self._pid, enough=most) > most:
            raise self._end(
                "crashed", f"It used more than {self._memory_limit >> 20} MB of memory and was stopped."
            )
        worked = self._worked()
        passed, self._looked = now - self._looked, now
        # a reply that is there waits for us
        asleep = worked < passed / 2 and not frames.pending(self._sock) and is_asleep(self._pid)
        self._used += passed if asleep else worked
        if self._used >= self._work:
            raise frames.DeadlineExceeded

    def _worked(self) -> float:
        """Return the processor time since this was asked last."""
        self._read = time.monotonic()
        before, self._processor = self._processor, processor_seconds(self._pid)
        return max(0.0, self._processor - before)


class Zygote:
    """The warm process of one referee.

    Args:
        preload: modules that it imports for all its players; None takes the assignment's. Without any it
            starts in a third of a second, with TensorFlow in five.
        alike: without walls, show players by courtesy what walls would show them (`player.without_walls`).
    Raises:
        InfrastructureError: no player gets into this rung here; the message says why.
        UsageError: the assignment allows a module that is not installed.
    """

    def __init__(
        self,
        assignment: Assignment,
        rung: int,
        preload: Collection[str] | None = None,
        *,
        alike: bool = False,
    ) -> None:
        self.rung = rung
        self.memory_bytes = assignment.budget.memory_mb << 20
        environment = clean_environment()
        plan = view_and_limits(assignment, rung, assignment.preload if preload is None else preload)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if rung == rungs.TRUSTED and alike:
            self._folder = tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
            plan["stage"] = self._folder.name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `close`)
        ours, theirs = socket.socketpair()
        self._control = ours
        command = [sys.executable, "-I", "-B", "-c", _BOOT, str(PACKAGE.parent), str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                command,
                env=environment,
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
            )
        try:
            frames.send(ours, plan, time.monotonic() + START_SECONDS)
            reply = frames.receive(ours, time.monotonic() + START_SECONDS)
            if "error" in reply:
                raise InfrastructureError(f"the warm process did not start: {reply['error']}")
            self.spawn().close()  # a rung counts only if a player really gets into it
        except (frames.Closed, frames.DeadlineExceeded, frames.ProtocolError) as error:
            reason = self._cause(error)
            self.close()
            raise InfrastructureError(f"the warm process did not start: {reason}") from error
        except InfrastructureError:
            self.close()
            raise

    def spawn(self) -> PlayerProcess:
        """Fork a player and wait until it has locked itself in.

        Raises:
            InfrastructureError: the warm process is gone, or the sandbox cannot be entered.
        """
        ours, theirs = socket.socketpair()
        pidfds: list[int] = []
        with theirs:
            try:
                self._control.settimeout(SPAWN_SECONDS)
                socket.send_fds(self._control, [b"p"], [theirs.fileno()])
                _, pidfds, _, _ = socket.recv_fds(self._control, 1, 1)
            except OSError as error:
                ours.close()
                raise InfrastructureError(f"the warm process does not answer: {error}") from error
        if not pidfds:
            ours.close()
            raise InfrastructureError(f"the warm process ended: {self._last_words()}")
        player = PlayerProcess(ours, pidfds[0], self)
        try:
            player.greet()
        except InfrastructureError:
            player.close()
            raise
        return player

    def require_alive(self) -> None:
        """Raise InfrastructureError if the warm process has ended: then a player's end is not its own
        doing."""
        if self._process.poll() is not None:
            raise InfrastructureError(f"the warm process ended: {self._last_words()}")

    def close(self) -> None:
        """End the warm process; its players die with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._errors.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _cause(self, error: Exception) -> str:
        """Say why the warm process did not answer: what it wrote last, or how it ended."""
        if words := self._last_words():
            return words
        if isinstance(error, frames.DeadlineExceeded):
            return f"no answer within {START_SECONDS:g} s"
        try:
            code = self._process.wait(SPAWN_SECONDS)
        except subprocess.TimeoutExpired:
            return f"{type(error).__name__}: {error}"
        number = -code if code < 0 else code - rungs.SIGNALLED
        if number not in {each.value for each in signal.Signals}:
            return f"it ended with status {code}"
        name = signal.Signals(number).name
        memory = "; the kernel does so where memory runs out" if number == signal.SIGKILL else ""
        return f"it was ended by {name}{memory}"

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace").strip()[-500:]


def find_rung(assignment: Assignment, *, rung: int | None = None, trust: bool = False) -> int:
    """Return the strongest rung that works here, or `rung` if that does: a player was really in it.

    Args:
        trust: take the rung without walls if no other works.
    Raises:
        InfrastructureError: no rung works; the message has the reason of each.
        UsageError: the assignment allows a module that is not installed.
    """
    if rung is not None:
        Zygote(assignment, rung, preload=()).close()
        return rung
    reasons = []
    # root is exempt from the limit on processes, so that user namespaces alone are no sandbox for it
    for candidate in (rungs.ROOT,) if os.geteuid() == 0 else (rungs.USER,):
        try:
            return find_rung(assignment, rung=candidate)
        except InfrastructureError as error:
            reasons.append(f"rung {candidate} ({rungs.NAMES[candidate]}): {error}")
    if trust:
        return rungs.TRUSTED
    raise InfrastructureError(
        "no sandbox works on this machine: " + "; ".join(reasons) + ". Run `autograder doctor`, "
        "or give --trust-submissions if you would run every submission yourself without a sandbox"
    )


def _pid_of(pidfd: int) -> int:
    """Return the process id behind a pidfd as this process sees it; -1 if it has ended."""
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as info:
        return next(int(line.split()[1]) for line in info if line.startswith("Pid:"))

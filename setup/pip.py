"""pip of the environment: questions, installations with one moving line, and the cure where it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NO_ROOM = re.compile(r"No space left on device|Errno 28|Disk quota exceeded|Errno 122")
_NO_NETWORK = re.compile(
    r"[Nn]ame ?[Rr]esolution|Failed to resolve|NewConnectionError|Failed to establish|[Tt]imed? ?out"
    r"|Connection (refused|reset|broken|aborted)|RemoteDisconnected|ProxyError|SSLError|unreachable"
    r"|IncompleteRead"
)
_NEXT = "The next run goes on from here."


class CannotBeHad(Exception):
    """Something is missing; the message says what and the cure, in one line."""


@dataclass(frozen=True)
class Found:
    """The file that pip would install for a requirement.

    Attributes:
        version: with its suffix, such as 2.13.0+cpu.
        requires: the requirements that the file states, extras left out.
    """

    version: str
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a question gave: a file, or the last line of what pip said instead."""

    found: Found | None
    said: str = ""


@dataclass
class Pip:
    """pip of one environment.

    Attributes:
        python: the environment's interpreter.
        scratch: folder for what pip unpacks: beside the environment, since /tmp may be small.
        log: file that takes all that pip prints.
    """

    python: Path
    scratch: Path
    log: Path
    _environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        self._environment = {**os.environ, **quiet, "TMPDIR": str(self.scratch)}
        # A --target or --user from the user's settings would lead past the environment.
        for name in (
            "PIP_TARGET",
            "PIP_PREFIX",
            "PIP_USER",
            "PIP_REQUIRE_VIRTUALENV",
            "PYTHONHOME",
            "PYTHONPATH",
        ):
            self._environment.pop(name, None)

    def ask(self, requirement: str, options: Sequence[str] = (), seconds: float = 900) -> Answer:
        """Ask which file pip would install; after `seconds` there is no answer.

        An index with descriptions of its files is not asked for the file itself. From others pip fetches it,
        and keeps it for the installation.
        """
        command = ["install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--report", "-"]
        # one more try, since pip says of tries only why they failed
        command += ["--retries", "1", "--timeout", "5", *options, requirement]
        try:
            done = self._run(command, timeout=seconds)
        except subprocess.TimeoutExpired:
            return Answer(None, f"no answer within {seconds:g} s")
        if done.returncode:
            return Answer(None, last_error(done.stderr))
        installs = json.loads(done.stdout)["install"]
        return Answer(_found(installs[0]))

    def install(self, what: str, arguments: Sequence[str], count: int = 0) -> None:
        """Install; one line tells how far it is, `count` is how many packages there are.

        Raises:
            CannotBeHad: pip failed.
        """
        shown = sys.stdout.isatty()
        seen, lines = 0, []
        command = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--no-warn-script-location",
            "--progress-bar",
            "off",
        ]
        print(f"  installing {what} …", end="" if shown else "\n", flush=True)
        with (
            self.log.open("a", encoding="utf-8") as log,
            subprocess.Popen(
                [*command, *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as process,
        ):
            assert process.stdout is not None
            for line in process.stdout:
                log.write(line)
                log.flush()
                lines.append(line)
                seen += line.startswith(("Collecting ", "Requirement already satisfied"))
                if shown:
                    state = "unpacking" if line.startswith("Installing collected") else f"{seen} of {count}"
                    print(f"\r  installing {what} … {state:<12}", end="", flush=True)
        if shown:
            print(f"\r  installed {what}{' ' * 20}")
        if process.returncode:
            raise CannotBeHad(self._why(what, "".join(lines)))

    def check(self) -> None:
        """Have pip compare what is installed with what it needs.

        Raises:
            CannotBeHad: something does not fit.
        """
        done = self._run(["check"])
        if done.returncode:
            raise CannotBeHad(
                f"the packages do not fit together: {'; '.join(done.stdout.strip().splitlines())}"
            )

    def version(self) -> str:
        """Return the version of pip itself."""
        return self._run(["--version"]).stdout.split()[1]

    def _run(
        self, arguments: Iterable[str], timeout: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [str(self.python), "-m", "pip", *arguments]
        return subprocess.run(
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
        )

    def _why(self, what: str, said: str) -> str:
        if _NO_ROOM.search(said):
            return f"the disk is full while installing {what}; make room. {_NEXT}"
        if _NO_NETWORK.search(said):
            return f"the package index does not answer ({last_error(said)}); is there a network? {_NEXT}"
        return f"pip could not install {what}: {last_error(said)} (all that it said: {self.log}). {_NEXT}"


def last_error(said: str) -> str:
    """Return the line of pip's output that says most about a failure."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    # "No matching distribution" comes last and repeats; what was there instead stands in the line before it
    telling = [
        line for line in errors if not line.startswith(("ERROR: No matching", "ERROR: Ignored"))
    ] or errors
    reason = next((line for line in lines if _NO_NETWORK.search(line)), None)
    return (reason or (telling or lines or ["it said nothing"])[-1]).removeprefix("ERROR: ")[:300]


def is_network(said: str) -> bool:
    """Tell whether a failure is one of the network."""
    return bool(_NO_NETWORK.search(said)) or said.startswith("no answer")


def _found(install: dict[str, Any]) -> Found:
    metadata = install["metadata"]
    requires = tuple(text for text in metadata.get("requires_dist", ()) if "extra ==" not in text)
    return Found(metadata["version"], requires)

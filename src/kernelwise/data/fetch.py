"""Fetch: get the files of a data set once, check them, and only then let them appear in their folder.

Nothing here waits long for a network that is not there: what stands still for some seconds is given up. That,
the limit on bytes and checksums of what is *in* a packed file are why this is no call of pooch: 1.9 has none
of them, and leaves its connection open where a download is ended.
"""

import http.client
import os
import queue
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import monotonic, sleep
from typing import Any

from kernelwise.data.idx import File, read

STANDSTILL = 8.0  # seconds without a new byte from apt-get
PATIENCE = 5.0  # seconds without an answer from a server
LONGEST = 600.0  # seconds for one command
SLOWEST = 50_000.0  # bytes a second: a slower server is given up
APT = ["apt-get", "-q", "-o", "Acquire::Retries=0", "-o", f"Acquire::http::Timeout={PATIENCE:.0f}"]

Way = Callable[[Path], None]


def fetch(folder: Path, files: Sequence[File], ways: Mapping[str, Way]) -> str:
    """Get files in the first way that yields all of them.

    A file appears under its name complete and checked, or not at all: it is moved there from a temporary
    folder on the same disk.

    Args:
        folder: where the files shall lie, packed with gzip; made if need be.
        files: what they must be.
        ways: {name: function that leaves the packed files in the folder which it is given}, the best first.
    Returns:
        the name of the way that served.
    Raises:
        OSError: none did; the message says of each why. Or the folder cannot be written.
    Example:
        >>> fetch(Path(), [], {"easily": lambda folder: None})
        'easily'
    """
    folder.mkdir(parents=True, exist_ok=True)
    failures = []
    for name, way in ways.items():
        with TemporaryDirectory(dir=folder, prefix=".fetching-") as temporary:
            try:
                way(Path(temporary))
                for file in files:
                    read(Path(temporary), file)
            except OSError as failure:
                failures.append(f"{name}: {str(failure).replace(temporary, '…')}")
                continue
            for file in files:
                os.replace(Path(temporary, f"{file.name}.gz"), folder / f"{file.name}.gz")
            return name
    raise OSError("; ".join(failures))


def from_debian(folder: Path, package: str, inside: str) -> None:
    """Take files out of a package of Debian, without installing it; root is not needed.

    apt-get download, dpkg-deb --extract

    Where the machine's lists of packages do not know it, fresh ones are fetched into the same folder.

    Args:
        folder: a temporary folder, in which the files are left.
        package: its name.
        inside: the folder in the package from which all files are taken, without the first slash.
    Raises:
        OSError: there is no apt-get or no such package, or nothing arrived for STANDSTILL seconds.
    Source: apt-get(8), dpkg-deb(1).
    Example:
        >>> from_debian(Path("nowhere"), "no-such-package", "usr/share")
        Traceback (most recent call last):
        FileNotFoundError: nowhere: no such folder
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise FileNotFoundError("no apt-get here")
    try:
        _run([*APT, "download", package], folder)
    except ChildProcessError:  # a TimeoutError is no reason to try again
        own = {
            "State::Lists": folder / "lists",
            "Cache": folder,
            "Cache::pkgcache": "",
            "Cache::srcpkgcache": "",
        }
        (folder / "lists").mkdir()
        options = [f"-oDir::{name}={value}" for name, value in own.items()]
        options += ["-oAPT::Sandbox::User=root", "-oDebug::NoLocking=1", "-oAcquire::Languages=none"]
        _run([*APT, *options, "update"], folder)
        _run([*APT, *options, "download", package], folder)
    _run(["dpkg-deb", "--extract", *(path.name for path in folder.glob("*.deb")), "unpacked"], folder)
    for path in (folder / "unpacked" / inside).iterdir():
        os.replace(path, folder / path.name)


def from_web(folder: Path, address: str, files: Sequence[File], *, patience: float = PATIENCE) -> None:
    """Download files, packed with gzip, from one address.

    address/name.gz

    Args:
        folder: a temporary folder, in which the files are left.
        address: http or https, with the last slash.
        files: what to get; no more bytes are taken than the unpacked file and 1 % + 1 kB.
        patience: seconds without an answer after which the address is given up.
    Raises:
        OSError: a file is not there, breaks off, is too long, or comes too slowly.
    Example:
        >>> from_web(Path(), "http://127.0.0.1:9/", [])  # nothing to do
    """
    for file in files:
        url = f"{address}{file.name}.gz"
        try:
            _download(url, folder / f"{file.name}.gz", file.size + file.size // 100 + 1024, patience)
        except urllib.error.HTTPError as error:
            error.close()
            raise OSError(f"{url}: {error}") from error
        except (OSError, http.client.HTTPException) as error:
            raise OSError(f"{url}: {error}") from error


def _download(url: str, path: Path, most: int, patience: float) -> None:
    """Save what a server sends."""
    deadline = monotonic() + patience + most / SLOWEST
    with _within(patience, lambda: urllib.request.urlopen(url, timeout=patience)) as response:
        with open(path, "wb") as out:
            while chunk := response.read1(1 << 16):  # what has come: read would wait for all of it
                out.write(chunk)
                if out.tell() > most:
                    raise OSError(f"more than {most:,} bytes")
                if monotonic() > deadline:
                    raise TimeoutError("too slow")
        if response.length:
            raise OSError(f"broke off, {response.length:,} bytes are missing")


def _within(seconds: float, function: Callable[[], Any]) -> Any:
    """Call a function that may hang: no time-out of its own ends the search for a host's address."""
    results: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            results.put((function(), None))
        except Exception as error:
            results.put((None, error))

    Thread(target=work, daemon=True).start()
    try:
        value, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return value


def _run(command: list[str], folder: Path) -> None:
    """Run a command that fills a folder; end it when the folder does not grow for STANDSTILL seconds."""
    log = folder / "log"
    started = grown = monotonic()
    size = -1
    with open(log, "wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while process.poll() is None:
            now, size_now = monotonic(), _bytes_below(folder)
            if size_now != size:
                size, grown = size_now, now
            if now - grown > STANDSTILL or now - started > LONGEST:
                raise TimeoutError(f"{command[0]} brought nothing for {now - grown:.0f} s")
            sleep(0.1)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
        said = [line for line in lines if line.startswith(("E:", "dpkg-deb"))] or lines[-2:]
        raise ChildProcessError(f"{command[0]}: {' '.join(said).strip()}")


def _bytes_below(folder: Path) -> int:
    """Count the bytes of all files below a folder that changes meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total

"""The browser of the tests: whichever is there and starts, else one that is installed.

    .venv/bin/python -m setup.browser

prints which one, in one line; `find` gives it to the tests.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMED = "KERNELWISE_BROWSER"
_PLAYWRIGHT = ("PLAYWRIGHT_DOWNLOAD_HOST", "https://cdn.playwright.dev")
_PAGE = "data:text/html,<title>it starts</title>"


@dataclass(frozen=True)
class Browser:
    """A browser that starts here: its path and what it calls itself."""

    path: str
    version: str


def use_own_node() -> None:
    """Let Playwright run on the environment's Node: its own needs a library that bare systems lack."""
    node = Path(sys.executable).with_name("node")
    if node.exists():
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))


def find() -> Browser | None:
    """Return the first browser that starts: the named one, one of the system's, Playwright's own."""
    if named := os.environ.get(NAMED):
        return _started(named)
    paths = [path for name in COMMANDS if (path := shutil.which(name))]
    own = _playwrights()
    return next((browser for path in [*paths, *own] if (browser := _started(path))), None)


def expected() -> tuple[str, str]:
    """Say which browser will serve, before anything is installed: a line, and the cure if there is none."""
    if browser := find():
        return f"{browser.path}, {browser.version}", ""
    if named := os.environ.get(NAMED):
        return "", f"{NAMED}={named} does not start; name another, or none"
    if _apt_has_one():
        return "chromium, by apt-get, 400 MB of disk", ""
    if _answers(os.environ.get(*_PLAYWRIGHT)):
        return "Playwright's Chromium, 200 MB to download", ""
    return "", cure()


def install() -> Browser:
    """Return a browser, installing one where none is there.

    Raises:
        LookupError: none can be had; the message is the cure.
    """
    browser = find()
    if browser is None and not os.environ.get(NAMED):
        if _apt_has_one():
            print("  installing chromium …", flush=True)
            _apt("update", "-qq")
            _apt("install", "-y", "-qq", "chromium")
            browser = find()
        if browser is None:
            browser = _download()
    if browser is None:
        raise LookupError(cure())
    return browser


def cure() -> str:
    """Say in one line how this user gets a browser."""
    ways = []
    if _playwrights():
        ways.append(
            f"sudo {sys.executable} -m playwright install-deps chromium (Playwright's lacks libraries)"
        )
    if _system() == "debian":
        ways.append("sudo apt-get install chromium")
    ways.append(f"{NAMED}=/path/to/chrome")
    return f"the tests need a browser that starts, Chromium or Chrome, and none does; {', or '.join(ways)}"


def _started(path: str) -> Browser | None:
    """Start a browser without a window: one that is only a note to install a snap is none."""
    try:
        page = subprocess.run(
            [path, "--headless", *SWITCHES, "--dump-dom", _PAGE], capture_output=True, text=True, timeout=60
        )
        if "it starts" not in page.stdout:
            return None
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return Browser(path, said.stdout.strip().splitlines()[0].strip() if said.stdout.strip() else "")


def _playwrights() -> list[str]:
    """Return the browsers that Playwright has downloaded, newest first."""
    place = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or str(Path.home() / ".cache" / "ms-playwright")
    found: list[Path] = []
    for pattern in (
        "chromium-*/chrome-linux*/chrome",
        "chromium_headless_shell-*/chrome-*/*headless[-_]shell",
    ):
        found += sorted(Path(place).glob(pattern), reverse=True)
    return [str(path) for path in found if os.access(path, os.X_OK)]


def _download() -> Browser | None:
    """Let Playwright download its own; as root with the system libraries that it needs."""
    print("  downloading Playwright's Chromium …", flush=True)
    use_own_node()
    command = [sys.executable, "-m", "playwright", "install", "--only-shell"]
    command += ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    subprocess.run([*command, "chromium"], stdin=subprocess.DEVNULL, capture_output=True, timeout=1800)
    return find()


def _apt_has_one() -> bool:
    """Tell whether apt can install one here: not as an ordinary user, and Ubuntu's apt has a snap only."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and _system() == "debian"


def _apt(*arguments: str) -> None:
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _system(release: Path = Path("/etc/os-release")) -> str:
    """Return "debian" for it and its children but Ubuntu's, else the system's own name."""
    if not release.is_file():
        return ""
    lines = (line.partition("=") for line in release.read_text(encoding="utf-8").splitlines())
    facts = {name: value.strip('"') for name, _, value in lines}
    names = [facts.get("ID", ""), *facts.get("ID_LIKE", "").split()]
    return "debian" if "debian" in names and "ubuntu" not in names else names[0]


def _answers(address: str | None, seconds: float = 5.0) -> bool:
    """Tell whether somebody listens behind an address; a proxy is believed to reach it."""
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return True
    parts = urlsplit(address or "")
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 443), seconds):
            return True
    except OSError:
        return False


def main() -> int:
    """Print the browser, or the cure."""
    try:
        browser = install()
    except (LookupError, subprocess.SubprocessError) as error:
        print(f"make: {error}", file=sys.stderr)
        return 1
    print(f"browser: {browser.path}, {browser.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

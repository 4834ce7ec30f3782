"""Which browser the tests take, among made-up ones, and what is told where there is none."""

import io
import os
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from setup import browser

STARTS = """#!/bin/sh
case "$*" in *--version*) echo "{name} 150.0 " ;; *) echo "<title>it starts</title>" ;; esac
"""
SNAP = """#!/bin/sh
echo "Command '$0' requires the chromium snap to be installed." >&2
exit 1
"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A function that makes the only programs of this machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.setattr(
        browser.shutil, "which", lambda name: str(folder / name) if (folder / name).exists() else None
    )
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv(browser.NAMED, raising=False)

    def make(name, text=STARTS, place=folder):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name=path.name))
        path.chmod(0o755)
        return str(path)

    return make


@pytest.fixture
def system(monkeypatch):
    """A function that says which system this is, and who asks."""

    def be(name, root):
        monkeypatch.setattr(browser, "_system", lambda: name)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)

    return be


def test_the_browser_of_this_machine_starts():
    """The one that the tests of pages use."""
    found = browser.find()
    assert found is not None
    assert found.version


@pytest.mark.parametrize("name", browser.COMMANDS)
def test_each_name_is_known(programs, name):
    """Debian, Ubuntu and Google call it differently."""
    path = programs(name)
    assert browser.find() == browser.Browser(path, f"{name} 150.0")


def test_note_to_install_a_snap_is_no_browser(programs):
    """Ubuntu's package has a program that only says so."""
    programs("chromium-browser", SNAP)
    assert browser.find() is None
    path = programs("google-chrome")
    assert browser.find().path == path


@pytest.mark.parametrize(
    "name", ["chromium-1200/chrome-linux/chrome", "chromium_headless_shell-1200/chrome-linux/headless_shell"]
)
def test_playwrights_own_is_found(programs, tmp_path, name):
    """Both that Playwright downloads, newest first."""
    programs(name.replace("1200", "1100"), place=tmp_path / "playwright")
    path = programs(name, place=tmp_path / "playwright")
    assert browser.find().path == path


def test_named_browser_is_the_only_one(programs, monkeypatch):
    """Another one is not taken in silence where the named one does not start."""
    programs("chromium")
    mine = programs("mine")
    monkeypatch.setenv(browser.NAMED, mine)
    assert browser.find().path == mine
    monkeypatch.setenv(browser.NAMED, programs("broken", SNAP))
    assert browser.find() is None
    line, cure = browser.expected()
    assert line == ""
    assert "does not start" in cure


def test_ordinary_user_gets_one_line(programs, system, monkeypatch):
    """Where neither apt may be used nor a download answers."""
    system("debian", root=False)
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    line, cure = browser.expected()
    assert line == ""
    assert "sudo apt-get install chromium" in cure
    assert browser.NAMED in cure
    assert "\n" not in cure


def test_ubuntu_gets_playwrights(programs, system, monkeypatch):
    """Its apt has a snap only, which does not start in containers."""
    programs("apt-get")
    system("ubuntu", root=True)
    monkeypatch.setattr(browser, "_answers", lambda address: True)
    assert browser.expected() == ("Playwright's Chromium, 200 MB to download", "")
    monkeypatch.setattr(browser, "_answers", lambda address: False)
    assert "apt-get install chromium" not in browser.expected()[1]


def test_debian_gets_its_own(programs, system):
    """As root, where apt-get is."""
    programs("apt-get")
    system("debian", root=True)
    assert browser.expected() == ("chromium, by apt-get, 400 MB of disk", "")


def test_playwrights_browser_without_libraries_has_a_cure(programs, system, tmp_path):
    """The download needs no administrator, its libraries do."""
    programs("chromium-1200/chrome-linux/chrome", SNAP, place=tmp_path / "playwright")
    system("ubuntu", root=False)
    assert "-m playwright install-deps chromium" in browser.cure()


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ('ID=debian\nVERSION_ID="13"\n', "debian"),
        ("ID=ubuntu\nID_LIKE=debian\n", "ubuntu"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "linuxmint"),
        ("ID=raspbian\nID_LIKE=debian\n", "debian"),
        ('ID="fedora"\n', "fedora"),
    ],
)
def test_systems_are_told_apart(tmp_path, release, name):
    """Ubuntu and what is made of it are not Debian."""
    path = tmp_path / "os-release"
    path.write_text(release)
    assert browser._system(path) == name
    assert browser._system(tmp_path / "nowhere") == ""


def test_deaf_address_is_no_download(monkeypatch):
    """A proxy is believed, a closed port is not."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert not browser._answers("http://127.0.0.1:9")
    assert not browser._answers("nonsense")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert browser._answers("https://example.org")


@pytest.fixture
def downloads():
    """A server in the place of Playwright's, whose browser only says that it starts."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            folder, name = ("chrome-headless-shell-linux64/", "chrome-headless-shell")
            if "ffmpeg" in self.path:
                folder, name = "", "ffmpeg-linux"
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                entry = zipfile.ZipInfo(folder + name)
                entry.external_attr = 0o755 << 16
                archive.writestr(entry, STARTS.format(name=name))
            self.send_response(200)
            self.send_header("Content-Length", str(buffer.tell()))
            self.end_headers()
            self.wfile.write(buffer.getvalue())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_playwright_downloads_its_own_where_nothing_else_is(programs, system, downloads, monkeypatch, capsys):
    """The real downloader, from a server on loopback; the line says which browser it is."""
    system("ubuntu", root=False)
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", downloads)
    assert browser.expected() == ("Playwright's Chromium, 200 MB to download", "")
    assert browser.main() == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "  downloading Playwright's Chromium …"
    assert said[1].startswith("browser: ")
    assert said[1].endswith("/chrome-headless-shell, chrome-headless-shell 150.0")


def test_download_that_fails_is_one_line(programs, system, monkeypatch, capsys):
    """Nothing answers: the reader learns what to install, and where to name it."""
    system("ubuntu", root=False)
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    assert browser.main() == 1
    assert capsys.readouterr().err.splitlines() == [f"make: {browser.cure()}"]

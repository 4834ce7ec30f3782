"""Files are fetched from a real server and out of a real package; whatever goes wrong, no wrong file stays."""

import gzip
import os
import shutil
import subprocess
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import numpy as np
import pytest

from kernelwise.data import fetch as module
from kernelwise.data.fetch import fetch, from_debian, from_web
from kernelwise.data.idx import File, encode, read

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
PACKED = gzip.compress(encode(IMAGES))
FILE = File("images", IMAGES.shape, sha256(encode(IMAGES)).hexdigest())


class Handler(BaseHTTPRequestHandler):
    """A server that fails in every way: the first part of the path says in which."""

    over = Event()  # ends those who wait

    def do_GET(self):
        """Send the file, or something else."""
        way = self.path.split("/")[1]
        if way == "missing":
            self.send_error(404)
            return
        if way == "silent":
            self.over.wait(30)
            return
        body = {"wrong": gzip.compress(encode(IMAGES[::-1])), "page": b"<html>log in first</html>"}.get(
            way, PACKED
        )
        self.send_response(200)
        if way != "endless":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            if way == "truncated":
                self.wfile.write(body[: len(body) // 2])
            elif way == "slow":
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    if self.over.wait(0.02):
                        return
            else:
                self.wfile.write(body)
                while way == "endless":
                    self.wfile.write(bytes(1 << 16))
        except OSError:
            pass  # the client has left

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    """Return the address of the server."""
    Handler.over.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        Handler.over.set()
        server.shutdown()


def web(address, patience=5.0):
    """The way to the server."""
    return {"web": partial(from_web, address=address, files=[FILE], patience=patience)}


def test_fetch_saves_what_a_server_sends(tmp_path, server):
    """The file is there, right, alone, and nothing temporary is left."""
    assert fetch(tmp_path / "new" / "folder", [FILE], web(f"{server}good/")) == "web"
    np.testing.assert_array_equal(read(tmp_path / "new" / "folder", FILE), IMAGES)
    assert os.listdir(tmp_path / "new" / "folder") == ["images.gz"]


@pytest.mark.parametrize(
    ("way", "message"),
    [
        ("missing", "missing/images.gz: HTTP Error 404"),
        ("truncated", r"broke off, [\d,]+ bytes are missing"),
        ("wrong", "wrong checksum"),
        ("page", "wrong size|cannot be read"),
        ("endless", "more than 16,876 bytes"),
        ("silent", "no answer within 0.5 s|timed out"),
        ("slow", "too slow"),
    ],
)
def test_fetch_keeps_nothing_that_is_wrong(tmp_path, server, way, message):
    """Each failure is named, takes no longer than the patience, and leaves the folder as it was."""
    (tmp_path / "other").write_text("mine")
    start = monotonic()
    with pytest.raises(OSError, match=message) as caught:
        fetch(tmp_path, [FILE], web(f"{server}{way}/", patience=0.5))
    assert monotonic() - start < 5
    assert str(tmp_path) not in str(caught.value), "the temporary folder is nobody's business"
    assert os.listdir(tmp_path) == ["other"]


def test_from_web_names_a_closed_port(tmp_path, server):
    """No server at all is a failure like any other."""
    with pytest.raises(OSError, match=r"127\.0\.0\.1:9/images.gz: .*refused"):
        fetch(tmp_path, [FILE], web("http://127.0.0.1:9/"))


def test_fetch_goes_on_to_the_next_way(tmp_path, server):
    """The first way that yields the right file wins, and replaces a damaged file from before."""
    (tmp_path / "images.gz").write_bytes(b"damaged")
    ways = {name: web(f"{server}{name}/")["web"] for name in ("missing", "wrong", "good", "truncated")}
    assert fetch(tmp_path, [FILE], ways) == "good"
    np.testing.assert_array_equal(read(tmp_path, FILE), IMAGES)


def test_fetch_lists_all_failures(tmp_path, server):
    """Where no way serves, the message says why each did not."""
    ways = {name: web(f"{server}{name}/")["web"] for name in ("missing", "wrong")}
    with pytest.raises(OSError, match=r"missing: http.* 404.*; wrong: …/images.gz: wrong checksum"):
        fetch(tmp_path, [FILE], ways)


def test_hanging_call_is_given_up():
    """A search for an address that hangs is left to itself."""
    start = monotonic()
    with pytest.raises(TimeoutError, match=r"no answer within 0.2 s"):
        module._within(0.2, partial(Event().wait, 2))
    assert monotonic() - start < 1.5


@pytest.fixture
def package(tmp_path):
    """A real package of Debian with the file in it, and a folder of commands that stands first on the PATH."""
    root = tmp_path / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: toys\nVersion: 1\nArchitecture: all\nMaintainer: Us <us@example.org>\nDescription: toys\n"
    )
    (root / "usr" / "share" / "toys").mkdir(parents=True)
    (root / "usr" / "share" / "toys" / "images.gz").write_bytes(PACKED)
    (root / "usr" / "share" / "toys" / "extra").write_text("not asked for")
    subprocess.run(["dpkg-deb", "--build", root, tmp_path / "toys.deb"], check=True, capture_output=True)
    return tmp_path / "toys.deb"


@pytest.fixture
def apt_get(tmp_path, monkeypatch):
    """Put a script in the place of apt-get: no test asks a mirror."""

    def write(script):
        commands = tmp_path / "commands"
        commands.mkdir(exist_ok=True)
        (commands / "apt-get").write_text(f"#!/bin/sh\n{script}\n")
        (commands / "apt-get").chmod(0o755)
        monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")

    return write


DEBIAN = {"apt": partial(from_debian, package="toys", inside="usr/share/toys")}


def test_package_is_unpacked_and_not_installed(tmp_path, package, apt_get):
    """The file comes out of the package, and only what was asked for is kept."""
    apt_get(f'case "$*" in *"download toys") cp {package} toys_1_all.deb;; *) exit 1;; esac')
    assert fetch(tmp_path / "data", [FILE], DEBIAN) == "apt"
    np.testing.assert_array_equal(read(tmp_path / "data", FILE), IMAGES)
    assert os.listdir(tmp_path / "data") == ["images.gz"]


def test_lists_are_fetched_where_they_are_missing(tmp_path, package, apt_get):
    """A fresh machine knows no package: lists of our own then serve, for which one need not be root."""
    apt_get(
        f"""case "$*" in
        *Dir::State::Lists=/*update) touch updated;;
        *Dir::State::Lists=/*"download toys") test -e updated && cp {package} toys_1_all.deb;;
        *) echo "E: Unable to locate package toys"; exit 100;;
        esac"""
    )
    assert fetch(tmp_path / "data", [FILE], DEBIAN) == "apt"


def test_unknown_package_is_named(tmp_path, apt_get):
    """The message is apt-get's own."""
    apt_get('echo "Reading lists"; echo "E: Unable to locate package toys" >&2; exit 100')
    with pytest.raises(OSError, match="apt: apt-get: E: Unable to locate package toys"):
        fetch(tmp_path / "data", [FILE], DEBIAN)


def test_package_with_other_files_is_refused(tmp_path, package, apt_get):
    """A package that is there but lacks the file serves nobody."""
    apt_get(f"cp {package} toys_1_all.deb")
    other = File("other", FILE.shape, FILE.sha256)
    with pytest.raises(OSError, match="apt: …: no other"):
        fetch(tmp_path / "data", [other], DEBIAN)


def test_standstill_ends_apt_get_and_its_children(tmp_path, apt_get, monkeypatch):
    """A mirror that does not answer costs some seconds, once, and no process stays behind."""
    monkeypatch.setattr(module, "STANDSTILL", 0.5)
    apt_get(f"echo called >> {tmp_path}/calls; sleep 60 & echo $! > {tmp_path}/child; wait")
    start = monotonic()
    with pytest.raises(OSError, match="apt: apt-get brought nothing for"):
        fetch(tmp_path / "data", [FILE], DEBIAN)
    assert monotonic() - start < 5
    assert (tmp_path / "calls").read_text() == "called\n"
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "status"
    while child.exists() and "zombie" not in child.read_text():
        assert monotonic() - start < 10, "the child is alive"
        sleep(0.05)


def test_no_apt_get_no_package(tmp_path, monkeypatch):
    """Other systems have no apt-get, and the message says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("apt-get") is None
    with pytest.raises(OSError, match="apt: no apt-get here"):
        fetch(tmp_path / "data", [FILE], DEBIAN)

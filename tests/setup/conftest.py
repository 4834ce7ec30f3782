"""A package index on loopback, with wheels made up for the test, and a small course to set up from it."""

from __future__ import annotations

import ensurepip
import hashlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from setup.pip import Pip

ROOT = Path(__file__).resolve().parents[2]
NVIDIA = 'nvidia-cudnn-cu13==9.20.0.48; platform_system == "Linux"'
# A build backend of a few lines: the real one would have to come from the index too.
BACKEND = """
import pathlib, zipfile

def build_editable(folder, *_):
    info, name = "tiny_course-1.0.dist-info", "tiny_course-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("tiny_course.pth", str(pathlib.Path.cwd()))
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: tiny-course\\nVersion: 1.0\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return name
"""


def wheel(name: str, version: str, requires: tuple[str, ...] = (), filling: int = 0) -> tuple[str, bytes]:
    """Return file name and bytes of a wheel with one module, padded with what does not compress."""
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {text}\n" for text in requires)
    files = {
        f"{module}/__init__.py": f"version = {version!r}\n".encode(),
        f"{module}/data.bin": os.urandom(filling),
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256=x,{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return f"{module}-{version}-py3-none-any.whl", buffer.getvalue()


class Index:
    """A package index: pages of links and the files behind them.

    Attributes:
        stuck: names of files that are begun and never finished, until `go_on` is set.
        asked: every path that was asked for.
    """

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = {}
        self.stuck: set[str] = set()
        self.go_on = threading.Event()
        self.asked: list[str] = []
        index = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                index.asked.append(self.path)
                parts = unquote(self.path).strip("/").split("/")
                if parts[0] == "files":
                    self.answer(index.files[parts[1]][parts[2]], parts[2])
                elif files := index.files.get(parts[-1]):
                    links = (
                        f'<a href="/files/{parts[-1]}/{name}#sha256={hashlib.sha256(data).hexdigest()}">{name}</a>'
                        for name, data in files.items()
                    )
                    self.answer("\n".join(links).encode(), "")
                else:
                    self.send_error(404)

            def answer(self, data: bytes, name: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/zip" if name else "text/html")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                half = len(data) // 2 if name in index.stuck else 0
                self.wfile.write(data[:half])
                if half:
                    self.wfile.flush()
                    index.go_on.wait(60)
                self.wfile.write(data[half:])

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/simple"

    def add(self, name: str, version: str, *requires: str, filling: int = 0) -> str:
        """Offer a package; return the name of its file."""
        file, data = wheel(name, version, requires, filling)
        self.files.setdefault(name, {})[file] = data
        return file

    def close(self) -> None:
        """Answer nobody any more."""
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def new_index() -> Iterator[Callable[[], Index]]:
    """A function that opens an index."""
    opened: list[Index] = []

    def open_one() -> Index:
        opened.append(Index())
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()


@pytest.fixture
def index(new_index: Callable[[], Index]) -> Index:
    """The index that pip asks by itself."""
    return new_index()


@pytest.fixture
def only_this_index(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip's settings: `index`, and nothing that this machine has beside it."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", index.address)
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pip(only_this_index: None, tmp_path: Path) -> Pip:
    """pip of this environment, which asks `index`."""
    return Pip(Path(sys.executable), tmp_path / "unpacked", tmp_path / "pip.log")


class Course:
    """A folder with the course's own Makefile and set-up, a lock of three small packages, and nothing else."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", root)
        for folder in ("setup", "autograder/sandbox"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "autograder" / "__init__.py", root / "autograder")
        (root / "requirements.lock").write_text(
            f"# pinned\nfirst==1.0\npip=={ensurepip.version()}\nsecond==1.0\ntorch==2.13.0\n"
        )
        (root / "requirements-cuda.lock").write_text("nvidia-cudnn-cu13==9.20.0.48\n")
        (root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "tiny-course"\nversion = "1.0"\n'
        )
        (root / "backend.py").write_text(BACKEND)
        self.need_room(0)  # a small /tmp will do

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `make env`, in a process group of its own."""
        base = f"PYTHON={getattr(sys, '_base_executable', sys.executable)}"
        return subprocess.Popen(
            ["make", "--no-print-directory", "env", base, "TORCH_INDEX=", *arguments],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def make(self, *arguments: str, succeeds: bool = True) -> str:
        """Run `make env` and return what it prints."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=240)
        assert (process.returncode == 0) is succeeds, said
        return said

    def kill(self, process: subprocess.Popen[str]) -> None:
        """Kill a run and all that it started, without a warning."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def versions(self) -> list[str]:
        """Return what the packages of the lock say of themselves."""
        code = "import first, second, torch; print(first.version, second.version, torch.version)"
        done = subprocess.run([self.python, "-c", code], capture_output=True, text=True)
        return done.stdout.split()

    def need_room(self, gigabytes: int) -> None:
        """Say how much must be free."""
        path = self.root / "setup" / "machine.py"
        sizes = re.compile(r"(?m)^(CPU_GB, CUDA_GB, LATER_GB = ).*$")
        text, count = sizes.subn(rf"\g<1>{', '.join([str(gigabytes)] * 3)}", path.read_text(encoding="utf-8"))
        assert count == 1
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a text that stands once in a file."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def course(only_this_index: None, index: Index, tmp_path: Path) -> Course:
    """A small course, whose packages the index has; the build of torch is the one for the CPU."""
    index.add("first", "1.0", filling=2000)
    index.add("second", "1.0", filling=2000)
    index.add("torch", "2.13.0+cpu", filling=2000)
    return Course(tmp_path / "a course")

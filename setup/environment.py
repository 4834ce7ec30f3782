"""Make the environment `.venv`: every package of the lock, and the build of torch that this machine gets.

    PYTHON -m setup.environment --torch-index ADDRESS [--gpu] [--for course|test]

It says first what it will take, and ends at once, with a cure in one line each, where something cannot be
had. What was stopped half-way is taken up by the next run.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from setup import browser, machine, torch_build
from setup.pip import CannotBeHad, Pip, is_network
from setup.torch_build import Build
from setup.whole import forget_broken

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK, CUDA_LOCK = ROOT / "requirements.lock", ROOT / "requirements-cuda.lock"
PLACE = VENV / "made-in"
FEW = 20  # packages: where no more are missing, a set-up is a matter of a minute
STARTUP = "kernelwise-startup.pth"
# In every Python of the environment TensorFlow keeps its symbols to itself, else the CUDA build of torch
# crashes after it; `autograder.tensorflow_symbols` has the whole story.
STARTUP_LINE = 'import sys; sys.modules.setdefault("tensorflow.python.pywrap_dlopen_global_flags")'


def main(arguments: list[str] | None = None) -> int:
    """Make or complete the environment; 1 where something cannot be had."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--torch-index", default="", help="PyTorch's index of CPU builds")
    parser.add_argument("--gpu", action="store_true", help="take the CUDA build of torch")
    parser.add_argument("--for", dest="purpose", choices=("course", "test", "part"), default="part")
    parser.add_argument("--stamp", type=Path, required=True, help="file to write when all is done")
    options = parser.parse_args(arguments)
    try:
        if reason := machine.system():
            raise CannotBeHad(reason)
        with _alone():
            if not (options.stamp.exists() and _runs()):
                _make(options)
    except CannotBeHad as error:
        for line in str(error).splitlines():
            print(f"make: {line}", file=sys.stderr)
        return 1
    return 0


def _make(options: argparse.Namespace) -> None:
    print("Looking at what this machine has, and asking where torch can be had …", flush=True)
    _create()
    pip = Pip(VENV / "bin" / "python", VENV / "unpacked", ROOT / "build" / "setup.log")
    broken = forget_broken(_site_packages())
    if broken:
        print(f"taking up a set-up that was stopped: {', '.join(broken)} again", flush=True)
    _update_pip(pip)
    gpu = options.gpu or any(VENV.glob("installed-*-gpu"))
    build = (
        None if _torch_serves(gpu) else torch_build.choose(pip, locked("torch"), options.torch_index, gpu=gpu)
    )
    much = len(_missing()) > FEW
    _announce(build, much, options.purpose, gpu)
    if build is not None:
        _install_torch(pip, build)
    pip.install("the packages of the lock", ["--no-deps", "-r", str(LOCK)], count=len(_pins(LOCK)))
    pip.install("the course", ["--no-deps", "--no-build-isolation", "-e", str(ROOT)], count=1)
    pip.check()
    (_site_packages() / STARTUP).write_text(f"# see setup/environment.py\n{STARTUP_LINE}\n", encoding="utf-8")
    shutil.rmtree(pip.scratch, ignore_errors=True)
    if options.gpu:
        print(f"  torch sees: {_card()}")
    for stale in VENV.glob("installed-*"):
        stale.unlink()
    # The CUDA build that was asked for serves runs that do not ask, too.
    plain = options.stamp.name.removesuffix("-gpu")
    for name in (plain, f"{plain}-gpu") if gpu else (plain,):
        options.stamp.with_name(name).touch()


def _runs() -> bool:
    """Tell whether the environment has a Python that runs, of this one's version: another set-up may just
    have made it."""
    code = "import sys; print(sys.version_info[:2])"
    try:
        done = subprocess.run([VENV / "bin" / "python", "-c", code], capture_output=True, text=True)
    except OSError:
        return False
    return done.stdout.strip() == str(tuple(sys.version_info[:2]))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other set-up works here."""
    folder = os.open(ROOT / "setup", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _create() -> None:
    """Make the folder of the environment, unless this is its own Python and it was made for this place."""
    elsewhere = PLACE.exists() and PLACE.read_text(encoding="utf-8") != str(ROOT)
    if Path(sys.prefix).resolve() != VENV.resolve() or elsewhere:
        base = getattr(sys, "_base_executable", sys.executable)
        done = subprocess.run([base, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise CannotBeHad(
                f"{base} could not make the environment {VENV}: {' '.join(said.split())[-300:]}"
            )
    PLACE.write_text(str(ROOT), encoding="utf-8")


def _update_pip(pip: Pip) -> None:
    """Take the locked pip: where it asks for descriptions of packages, older ones fetch them whole."""
    wanted = locked("pip")
    if pip.version() == wanted:
        return
    answer = pip.ask(f"pip=={wanted}")
    if answer.found is None and is_network(answer.said):
        raise CannotBeHad(f"the package index does not answer ({answer.said}); is there a network?")
    pip.install("pip", [f"pip=={wanted}"], count=1)


def _torch_serves(gpu: bool) -> bool:
    """Tell whether the installed torch is the locked one, of the build that is asked for."""
    for folder in _site_packages().glob("torch-*.dist-info"):
        version = folder.name.removeprefix("torch-").removesuffix(".dist-info")
        requires = (folder / "METADATA").read_text(encoding="utf-8")
        cuda = re.search(r"(?mi)^Requires-Dist: (nvidia|cuda)-", requires) is not None
        complete = not cuda or all((_site_packages() / name).is_dir() for name in ("nvidia", "triton"))
        return version.partition("+")[0] == locked("torch") and complete and (cuda or not gpu)
    return False


def _install_torch(pip: Pip, build: Build) -> None:
    requirement = f"torch==={build.version}"
    if not build.cuda:
        pip.install("torch", ["--no-deps", *build.options, requirement], count=1)
        return
    # With its needs, which differ between builds for graphics cards: pinned where they are those of the lock.
    pinned = ["-c", str(LOCK), "-c", str(CUDA_LOCK)]
    pip.install(
        "torch and what it needs", [*pinned, *build.options, requirement], count=len(_pins(CUDA_LOCK)) + 10
    )


def _announce(build: Build | None, much: bool, purpose: str, gpu: bool) -> None:
    """Say what the set-up takes.

    Args:
        build: the build of torch that is installed; None where it is there.
        much: whether most of the other packages are missing too.
    Raises:
        CannotBeHad: some of it cannot be had; one line each.
    """
    rows: list[tuple[str, str]] = [("Python", f"{sys.version.partition(' ')[0]}, {VENV / 'bin' / 'python'}")]
    problems: list[str] = []

    def look(name: str, found: tuple[str, str]) -> None:
        line, problem = found
        if problem:
            problems.append(problem)
        if line and not problem:
            rows.append((name, line))

    rows.append(("torch", _torch_line(build)))
    if build is not None and gpu and (remark := machine.graphics_card()):
        rows.append(("", remark))
    if purpose == "test":
        look("browser", browser.expected())
    elif purpose == "course":
        rows.append(("browser", "none; `make test` needs one"))
    if purpose != "part":
        look("sandbox", machine.sandbox())
    look("disk", machine.disk(ROOT, build, much))
    cuda = build is not None and build.cuda
    minutes = "10 to 30 minutes" if cuda else "5 to 15 minutes" if build or much else "a minute"
    total = (torch_build.CUDA_GB if cuda else torch_build.CPU_GB)[1]
    size = f", {total} GB to download" if build or much else ""
    rows.append(("time", f"{minutes}{size}; setting up again takes seconds and no network"))
    print("Setting up Kernelwise takes", flush=True)
    for name, line in rows:
        print(f"  {name:<9} {line}", flush=True)
    if problems:
        raise CannotBeHad("\n".join(problems))


def _torch_line(build: Build | None) -> str:
    if build is None:
        return f"{locked('torch')}, as it is"
    if not build.cuda:
        return f"{build.version}, build for the CPU, {torch_build.CPU_GB[0]} GB, {build.told}"
    size = f"{torch_build.CUDA_GB[0]} GB to download, 7.6 GB of environment"
    return f"{build.version}, build for graphics cards (CUDA), {size}: {build.told}"


def _card() -> str:
    code = (
        "from torch import cuda; print(cuda.get_device_name() if cuda.is_available() else 'no graphics card')"
    )
    return subprocess.run(
        [VENV / "bin" / "python", "-c", code], capture_output=True, text=True
    ).stdout.strip()


def locked(name: str) -> str:
    """Return the version of a package in the lock."""
    return _pins(LOCK)[name]


def _missing() -> set[str]:
    """Return what the lock has and the environment has not, of whatever version."""
    there = {folder.name.partition("-")[0] for folder in _site_packages().glob("*.dist-info")}
    return {_plain(name) for name in _pins(LOCK)} - {_plain(name) for name in there}


def _plain(name: str) -> str:
    """Return a package's name as all ways to write it have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([\w.-]+)==([^\s;#]+)", lock.read_text(encoding="utf-8")))


def _site_packages() -> Path:
    return next((VENV / "lib").glob("python3.*/site-packages"))


if __name__ == "__main__":
    sys.exit(main())

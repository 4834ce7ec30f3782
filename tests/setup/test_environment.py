"""`make env` from nothing, from half a set-up and where something is missing, with the real pip and Makefile."""

import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.tensorflow_symbols import FLAGS
from setup import environment, machine
from setup.torch_build import Build
from tests.setup.conftest import NVIDIA

WHOLE = ["1.0", "1.0", "2.13.0+cpu"]


def wait_for(condition, seconds=60):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_set_up_says_what_it_takes_and_works_offline_afterwards(course, index):
    """The first run announces; the next ones need no network and say nothing."""
    said = course.make("FOR=course")
    rows = dict(line.strip().split(maxsplit=1) for line in said.splitlines() if line.startswith("  "))
    python = ".".join(map(str, sys.version_info[:3]))
    assert rows["Python"] == f"{python}, {course.python}"
    assert rows["torch"].startswith("2.13.0+cpu, build for the CPU, ")
    assert rows["browser"] == "none; `make test` needs one"
    assert "GB needed here" in rows["disk"]
    assert "minutes, 0.9 GB to download; setting up again takes seconds and no network" in rows["time"]
    assert "behind walls" in rows["sandbox"]
    assert course.versions() == WHOLE
    index.close()
    assert course.make() == ""


def test_every_python_of_the_environment_knows_of_the_symbols(course):
    """TensorFlow finds the module that makes its symbols global missing, wherever it is imported first."""
    course.make()
    code = f"import sys; print(sys.modules.get({FLAGS!r}, 'unknown'))"
    done = subprocess.run([course.python, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


def test_killed_set_up_is_taken_up(course, index):
    """The process is killed while a package comes in; nothing has to be removed by hand."""
    file = next(iter(index.files["second"]))
    index.stuck.add(file)
    running = course.start()
    wait_for(lambda: any(path.endswith(file) for path in index.asked))
    course.kill(running)
    index.go_on.set()
    assert not list((course.root / ".venv").glob("installed-*"))
    course.make()
    assert course.versions() == WHOLE


@pytest.mark.slow
def test_package_that_was_written_in_part_is_installed_again(course):
    """pip itself would take it for installed."""
    course.make()
    site = next((course.root / ".venv" / "lib").glob("python3.*/site-packages"))
    os.truncate(site / "first" / "data.bin", 7)
    (site / "second-1.0.dist-info" / "RECORD").unlink()
    (site / "~orch").mkdir()
    for stamp in (course.root / ".venv").glob("installed-*"):
        stamp.unlink()
    assert "taking up a set-up that was stopped: first, second again" in course.make()
    assert (site / "first" / "data.bin").stat().st_size == 2000
    assert not (site / "~orch").exists()
    assert course.versions() == WHOLE


@pytest.mark.slow
def test_environment_without_pip_is_made_anew(course):
    """A set-up that is killed early leaves an interpreter and nothing else."""
    subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", course.root / ".venv"], check=True)
    course.make()
    assert course.versions() == WHOLE


@pytest.mark.slow
def test_environment_whose_python_is_gone_is_made_anew(course):
    """A system's upgrade takes the interpreter away from under it."""
    course.make()
    for path in (course.root / ".venv" / "bin").glob("python*"):
        path.unlink()
        path.symlink_to("/nowhere/python3")
    course.make()
    assert course.versions() == WHOLE


@pytest.mark.slow
def test_moved_course_gets_a_new_environment(course, tmp_path):
    """Programs of an environment hold the place where it was made."""
    course.make()
    moved = course.root.rename(tmp_path / "moved")
    course.root = moved
    course.make()
    assert course.versions() == WHOLE
    assert str(moved) in (moved / ".venv" / "bin" / "pip").read_text()


@pytest.mark.slow
def test_changed_lock_is_installed(course, index):
    """Who pulls a newer course needs to do nothing."""
    course.make()
    index.add("first", "1.1")
    course.edit("requirements.lock", "first==1.0", "first==1.1")
    assert "2.13.0, as it is" in course.make()
    assert course.versions() == ["1.1", "1.0", "2.13.0+cpu"]


@pytest.mark.slow
def test_two_set_ups_at_once_wait_for_each_other(course):
    """`make course` and `make test` in two windows."""
    both = [course.start(), course.start()]
    said = [process.communicate(timeout=240)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("Setting up Kernelwise takes" in text for text in said) == 1
    assert course.versions() == WHOLE


def test_no_network_is_one_line_within_seconds(course, index):
    """The cure is not to be searched in a traceback."""
    course.edit("requirements.lock", "pip==", "pip==99.")
    index.close()
    start = time.monotonic()
    said = course.make(succeeds=False)
    assert time.monotonic() - start < 60
    (line,) = [line for line in said.splitlines() if line.startswith("make: ") and "***" not in line]
    assert line.startswith("make: the package index does not answer")


@pytest.mark.slow
def test_network_that_breaks_off_is_told_and_taken_up(course, index):
    """The index goes away between two packages."""
    gone = index.files.pop("second")
    said = course.make(succeeds=False)
    assert "make: pip could not install the packages of the lock" in said
    assert "second==1.0" in said
    assert "The next run goes on from here." in said
    index.files["second"] = gone
    course.make()
    assert course.versions() == WHOLE


def test_too_little_disk_is_told_before_anything_is_installed(course, index):
    """With the numbers, and a cure."""
    course.need_room(10**9)
    said = course.make(succeeds=False)
    assert "make: 1000000000 GB needed here, " in said
    assert "make room, or clone the course elsewhere" in said
    assert not any("first" in path for path in index.asked)


@pytest.mark.slow
def test_disk_that_fills_up_is_told_and_taken_up(course, index, tmp_path):
    """A file system of 60 MB, on which the packages do not find room at first."""
    index.files["second"].clear()
    index.add("second", "1.0", filling=60 << 20)
    small = tmp_path / "small"
    small.mkdir()
    script = f"""
        mount -t tmpfs -o size=60m tmpfs {small} && cp -r "$COURSE/." {small} && cd {small} && export PIP_NO_CACHE_DIR=1
        make env TORCH_INDEX= PYTHON={sys._base_executable}; echo "first: $?"
        mount -o remount,size=400m {small}
        make env TORCH_INDEX= PYTHON={sys._base_executable}; echo "then: $?"
        .venv/bin/python -c "import first, second; print(second.version)"
    """
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    done = subprocess.run(
        [*unshare, "bash", "-c", script],
        env={**os.environ, "COURSE": str(course.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )
    assert "make: the disk is full while installing the packages of the lock; make room." in done.stdout
    assert "first: 2" in done.stdout
    assert done.stdout.splitlines()[-2:] == ["then: 0", "1.0"], done.stdout


@pytest.fixture
def cards(course, index):
    """The index has the CUDA build only."""
    index.files["torch"].clear()
    index.add("torch", "2.13.0", NVIDIA, filling=2000)
    index.add("nvidia-cudnn-cu13", "9.20.0.48")
    index.add("nvidia-cudnn-cu13", "9.99")
    return course


@pytest.mark.slow
def test_cuda_build_comes_with_what_it_needs_and_is_said_aloud(cards):
    """Its size and the reason stand in the announcement."""
    said = cards.make()
    (line,) = [line for line in said.splitlines() if line.startswith("  torch ")]
    assert "build for graphics cards (CUDA), 2.7 GB to download, 7.6 GB of environment" in line
    assert "pip's own sources have no CPU build for this Python" in line
    code = "import torch, nvidia_cudnn_cu13 as cudnn; print(torch.version, cudnn.version)"
    done = subprocess.run([cards.python, "-c", code], capture_output=True, text=True)
    assert done.stdout == "2.13.0 9.20.0.48\n"


@pytest.mark.slow
def test_who_asks_for_cards_keeps_them(course, index):
    """GPU=1 exchanges the build once; later runs leave it, and a changed lock too."""
    course.make()
    index.add("torch", "2.13.0", NVIDIA, filling=2000)
    index.add("nvidia-cudnn-cu13", "9.20.0.48")
    said = course.make("GPU=1")
    assert "2.13.0, build for graphics cards (CUDA)" in said
    assert "as GPU=1 asks" in said
    assert "torch sees: " in said
    assert course.versions() == ["1.0", "1.0", "2.13.0"]
    assert course.make("GPU=1") == course.make() == ""
    index.add("first", "1.1")
    course.edit("requirements.lock", "first==1.0", "first==1.1")
    course.make()
    assert course.versions() == ["1.1", "1.0", "2.13.0"]


@pytest.mark.slow
def test_packages_that_do_not_fit_stop_the_set_up(course, index):
    """pip checks what lies there against what it needs."""
    index.files["second"].clear()
    index.add("second", "1.0", "no-such-package>=3")
    said = course.make(succeeds=False)
    assert "the packages do not fit together" in said
    assert "no-such-package" in said


@pytest.mark.slow
def test_machine_without_a_sandbox_is_told_at_once(course, monkeypatch, tmp_path):
    """Not after a quarter of an hour, and with the part that works all the same."""
    course.edit("autograder/sandbox/rungs.py", 'MACHINE = "x86_64"', 'MACHINE = "pdp11"')
    said = course.make("FOR=course", succeeds=False)
    assert "make: submissions cannot be graded here (OSError: the sandbox knows pdp11 processors only" in said
    assert "grade on a machine with pdp11 processors" in said
    assert "make site" in said
    course.make()  # what needs no grading is set up


def test_all_that_is_missing_is_told_in_one_go(course, monkeypatch, tmp_path):
    """One line each: an ordinary user hands the list to the administrator."""
    course.need_room(10**9)
    monkeypatch.setenv("KERNELWISE_BROWSER", "/nowhere/chrome")
    said = course.make("FOR=test", succeeds=False)
    lines = [line for line in said.splitlines() if line.startswith("make: ") and "***" not in line]
    assert len(lines) == 2
    assert "KERNELWISE_BROWSER=/nowhere/chrome does not start" in lines[0]
    assert "GB needed here" in lines[1]


def test_the_lock_names_what_the_set_up_asks_for():
    """Names that the set-up looks up are pinned, and the packages for graphics cards stand apart."""
    assert environment.locked("pip")
    assert environment.locked("torch").replace(".", "").isdigit()
    assert environment._missing() == {"tensorflow-cpu" if platform.machine() != "x86_64" else "tensorflow"}
    pinned, cards = environment._pins(environment.LOCK), environment._pins(environment.CUDA_LOCK)
    assert set(cards) & set(pinned) == set()
    assert all(name.startswith(("nvidia-", "cuda-", "triton")) for name in cards)


def test_requirements_are_for_all_three_versions():
    """pyproject.toml, the finder of Pythons and the lock speak of the same ones."""
    finder = (Path(environment.ROOT) / "setup" / "find_python.sh").read_text()
    assert "3.11 | 3.12 | 3.13) true" in finder
    assert 'requires-python = ">=3.11,<3.14"' in (environment.ROOT / "pyproject.toml").read_text()
    assert shutil.which("bash")


def test_cuda_build_needs_more_room(tmp_path):
    """The announcement counts what is to be installed: a build of torch, most packages, or little."""
    cuda, cpu = Build("2.13.0", True, (), ""), Build("2.13.0+cpu", False, (), "")
    kinds = ((cuda, True), (cpu, True), (None, True), (None, False))
    needed = [int(machine.disk(tmp_path, *kind)[0].partition(" ")[0]) for kind in kinds]
    assert needed == [13, 6, 6, 1]


def test_environment_that_cannot_be_made_is_told(course):
    """Something else has its name."""
    (course.root / ".venv").write_text("a note of mine\n")
    said = course.make(succeeds=False)
    assert f"could not make the environment {course.root}/.venv: " in said
    assert (course.root / ".venv").read_text() == "a note of mine\n"
